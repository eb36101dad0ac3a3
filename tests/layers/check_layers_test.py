"""Each kind of finding of check_layers.py, provoked once, in a tree made for it."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from check_layers import MAX_LINES, check_tree  # noqa: E402

GUARDED = "#ifndef THAW_IO_BASE_X_H_\n#define THAW_IO_BASE_X_H_\n#endif\n"


def findings_of(files):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return check_tree(Path(folder))


class CheckLayersTest(unittest.TestCase):

    def assert_finds(self, files, *words):
        findings = findings_of(files)
        self.assertEqual(len(findings), 1, findings)
        for word in words:
            self.assertIn(word, findings[0])

    def test_a_tree_in_order_has_no_findings(self):
        self.assertEqual(findings_of({
            "io/base/x.h": GUARDED,
            "io/table/y.cc": '#include <vector>\n#include <sys/mman.h>\n#include "io/base/x.h"\n',
            "engine/exec/graph_executor.cc": "#include <oneapi/tbb/flow_graph.h>\n",
        }), [])

    def test_an_include_that_goes_up(self):
        self.assert_finds({"io/table/y.cc": '#include "io/checkpoint/reader.h"\n'}, "lies above")

    def test_a_list_file_lies_above_its_subfolders(self):
        self.assert_finds({"io/storage/y.cc": '#include "io/storage_backends.h"\n'}, "lies above")

    def test_third_party_headers_outside_their_file(self):
        for header in ("oneapi/tbb/flow_graph.h", "snappy.h", "google/protobuf/message.h",
                       "nlohmann/json.hpp", "CLI/CLI.hpp"):
            with self.subTest(header):
                self.assert_finds({"io/base/y.cc": f"#include <{header}>\n"}, header, "only")

    def test_a_header_that_nobody_named(self):
        self.assert_finds({"io/base/y.cc": "#include <absl/status/status.h>\n"}, "no known header")

    def test_generated_messages_outside_their_layer(self):
        self.assert_finds({"engine/y.cc": '#include "io/checkpoint/proto/x.pb.h"\n'}, "generated")

    def test_an_include_not_spelled_from_the_root(self):
        self.assert_finds({"io/base/y.cc": '#include "x.h"\n'}, "root of the repository")

    def test_a_using_declaration_that_nothing_needs(self):
        self.assert_finds({"io/base/y.cc": "using std::max;\nint one = 1;\n"}, "max", "not used")

    def test_two_of_one_name_in_the_anonymous_namespaces_of_a_target(self):
        def inside(text):
            return "namespace {\n" + text + "\n}  // namespace\n"
        for one, other in (("constexpr int kSize = 1;", "const long kSize = 2;"),
                           ("struct Pair {};", "class Pair {};"),
                           ("using Kind = A::Kind;", "using Kind = B::Kind;"),
                           ("int Sum(int a, int b) { return a + b; }",
                            "long Sum(int x, int y) {\n}")):
            with self.subTest(one):
                self.assert_finds({"io/base/x.cc": inside(one), "io/base/y.cc": inside(other)},
                                  "y.cc", "also in io/base/x.cc")
                self.assertEqual(findings_of({"io/base/x.cc": inside(one),
                                              "io/table/y.cc": inside(other),
                                              "io/storage/z.cc": inside("int Sum(int a) {\n}"),
                                              "io/storage/w.cc": inside("int Sum() {\n}")}), [])

    def test_a_guard_that_does_not_follow_from_the_path(self):
        self.assert_finds({"io/base/z.h": GUARDED}, "THAW_IO_BASE_Z_H_")

    def test_two_files_of_one_name(self):
        self.assert_finds({"io/base/y.cc": "", "io/table/y.cc": ""}, "also the name")

    def test_a_long_file(self):
        self.assert_finds({"io/base/y.cc": "\n" * (MAX_LINES + 1)}, "lines")

    def test_a_path_of_one_machine(self):
        self.assert_finds({"docs/y.md": "see /" + "home/me/x\n"}, "line 1", "one machine")

    def test_an_open_end(self):
        self.assert_finds({"io/base/y.cc": "// TO" + "DO: later\n"}, "open end")


if __name__ == "__main__":
    unittest.main()
