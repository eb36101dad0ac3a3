#include "tools/cmd_ls.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "io/base/name_glob.h"
#include "io/base/slice.h"
#include "tools/cli/option_helpers.h"
#include "tools/listing/name_order.h"
#include "tools/listing/name_tree.h"
#include "tools/listing/tensor_kind.h"
#include "tools/print/json_writer.h"
#include "tools/print/name_text.h"
#include "tools/print/number_text.h"
#include "tools/print/talk.h"
#include "tools/print/text_table.h"

namespace thaw {
namespace {

struct Listed {
  TensorInfo tensor;
  std::uint64_t bytes = 0;  // in the data files
  TensorKind kind = TensorKind::kWeight;
  std::string_view full_name;  // by the object graph; empty: none
};

std::uint64_t StoredBytes(const TensorInfo& tensor) {
  std::uint64_t bytes = 0;
  for (const StoredPart& part : tensor.parts) bytes += part.extent.length;
  return bytes;
}

std::uint64_t TotalBytes(const std::vector<Listed>& tensors) {
  std::uint64_t bytes = 0;
  for (const Listed& listed : tensors) bytes += listed.bytes;
  return bytes;
}

// Tensors that differ in numbers of their names alone.
struct PatternRow {
  std::string pattern;
  std::string_view dtype;
  Shape shape;
  std::size_t count = 0;
  std::uint64_t bytes = 0;
};

// In the order of each row's first tensor. A tensor that is alone keeps its name.
std::vector<PatternRow> GroupByPattern(const std::vector<Listed>& tensors) {
  std::vector<PatternRow> rows;
  std::vector<std::string_view> first_names;
  std::map<std::tuple<std::string, std::string_view, Shape>, std::size_t> places;
  for (const Listed& listed : tensors) {
    const TensorInfo& tensor = listed.tensor;
    Shape shape(tensor.shape.begin(), tensor.shape.end());
    std::string pattern = NamePattern(tensor.name);
    const auto [place, is_new] =
        places.try_emplace({pattern, DTypeNameOf(tensor), shape}, rows.size());
    if (is_new) {
      rows.push_back({std::move(pattern), DTypeNameOf(tensor), std::move(shape), 0, 0});
      first_names.push_back(tensor.name);
    }
    rows[place->second].count += 1;
    rows[place->second].bytes += listed.bytes;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].count == 1) rows[i].pattern = first_names[i];
  }
  return rows;
}

void WriteSlices(const TensorInfo& tensor, JsonWriter& json) {
  json.Key("slices");
  json.BeginArray();
  for (const StoredPart& part : tensor.parts) {
    if (part.slice == nullptr) continue;
    const Result<TensorSlice> slice = ResolveSlice(*part.slice, tensor.shape);
    if (!slice.ok()) continue;  // the reader lists no slice outside its tensor
    json.BeginObject();
    Shape starts;
    for (const SliceDim& dim : slice->dims) starts.push_back(dim.start);
    json.IntegersField("start", starts);
    json.IntegersField("extent", SliceShape(*slice));
    json.EndObject();
  }
  json.EndArray();
}

class LsCommand : public Command {
 public:
  const CommandInfo& info() const override {
    static constexpr CommandInfo kInfo = {
        .name = "ls",
        .summary = "list the tensors of a checkpoint",
        .description =
            "Lists name, dtype, shape, bytes and kind of each tensor, and the totals. It reads the "
            "index alone and, in a checkpoint of TF2's objects, their graph, which adds the full "
            "name that a variable had. A GLOB selects names or full names: * stands for any "
            "letters, slashes included. The kind (weight, optimizer slot, EMA, counter, object "
            "graph) is judged by the names and the graph.",
        .examples =
            "thaw ls model.ckpt\n"
            "thaw ls model.ckpt 'encoder/*/kernel'\n"
            "thaw ls model.ckpt --pattern\n"
            "thaw ls model.ckpt --json",
        .finding = "a GLOB was given and no tensor has such a name",
    };
    return kInfo;
  }

  void AddOptions(CLI::App& app) override {
    AddCheckpointArgument(app, &path_);
    AddRepeatedArgument(app, "GLOB", &globs_, "list only tensors whose names match one of these");
    CLI::Option* tree = AddFlag(app, "--tree", &tree_, "group the names by their scopes");
    AddFlag(app, "--pattern", &pattern_,
            "one line for all names that differ in numbers alone, written as #")
        ->excludes(tree);
  }

  Outcome Run(CommandContext& context) override {
    if (tree_ && context.options.json) {
      return Outcome::Usage(InvalidArgumentError("--tree and --json exclude each other")
                                .WithTfClass(Status::kNoTfClass)
                                .WithHint("--json alone lists the same tensors"));
    }
    THAW_ASSIGN_OR_RETURN(const Checkpoint checkpoint, context.OpenCheckpoint(path_));
    std::vector<Listed> tensors = Select(checkpoint, GraphOf(checkpoint, context.talk));
    if (context.options.json) {
      WriteDocument(checkpoint, tensors, context.out);
    } else {
      std::sort(tensors.begin(), tensors.end(), [](const Listed& a, const Listed& b) {
        return ComesBefore(a.tensor.name, b.tensor.name);
      });
      WriteText(tensors, context.out);
    }
    if (tensors.empty() && !globs_.empty()) {
      context.talk.Note("no tensor has such a name");
      return ExitCode::kFinding;
    }
    return ExitCode::kOk;
  }

 private:
  // nullptr: there is none, or it cannot be read, and then the list is made without it.
  static const ObjectGraph* GraphOf(const Checkpoint& checkpoint, Talk& talk) {
    const Result<const ObjectGraph*> graph = checkpoint.reader()->object_graph();
    if (graph.ok()) return *graph;
    talk.Note("no full names: " + graph.status().message());
    return nullptr;
  }

  // A glob may match the key or the full name.
  std::vector<Listed> Select(const Checkpoint& checkpoint, const ObjectGraph* graph) const {
    std::vector<Listed> tensors;
    for (std::size_t i = 0; i < checkpoint.num_tensors(); ++i) {
      const TensorInfo tensor = checkpoint.tensor(i);
      const std::string_view full_name = graph ? graph->FullNameOf(tensor.name) : "";
      const auto matches = [&](const std::string& glob) {
        return GlobMatches(glob, tensor.name) ||
               (!full_name.empty() && GlobMatches(glob, full_name));
      };
      if (!globs_.empty() && std::none_of(globs_.begin(), globs_.end(), matches)) continue;
      tensors.push_back({tensor, StoredBytes(tensor), KindOf(tensor, graph), full_name});
    }
    return tensors;
  }

  void WriteDocument(const Checkpoint& checkpoint, const std::vector<Listed>& tensors,
                     OutputStream& out) const {
    JsonWriter json(out);
    json.BeginObject();
    json.StringField("schema", "thaw.ls/1");
    json.NameField("path", checkpoint.prefix());
    json.StringField("format", CheckpointFormatName(checkpoint.format()));
    json.UnsignedField("shards", checkpoint.reader()->num_shards());
    json.Key("tensors");
    json.BeginArray();
    for (const Listed& listed : tensors) {
      json.BeginObject();
      json.NameField("name", listed.tensor.name);
      if (!listed.full_name.empty()) json.NameField("full_name", listed.full_name);
      json.StringField("dtype", DTypeNameOf(listed.tensor));
      json.IntegersField("shape", listed.tensor.shape);
      json.UnsignedField("bytes", listed.bytes);
      json.StringField("kind", TensorKindName(listed.kind));
      WriteSlices(listed.tensor, json);
      json.EndObject();
    }
    json.EndArray();
    if (pattern_) WritePatterns(tensors, json);
    json.Key("totals");
    json.BeginObject();
    json.UnsignedField("tensors", tensors.size());
    json.UnsignedField("bytes", TotalBytes(tensors));
    json.EndObject();
    json.EndObject();
    json.Finish();
  }

  static void WritePatterns(const std::vector<Listed>& tensors, JsonWriter& json) {
    json.Key("patterns");
    json.BeginArray();
    for (const PatternRow& row : GroupByPattern(tensors)) {
      json.BeginObject();
      json.NameField("pattern", row.pattern);
      json.StringField("dtype", row.dtype);
      json.IntegersField("shape", row.shape);
      json.UnsignedField("count", row.count);
      json.UnsignedField("bytes", row.bytes);
      json.EndObject();
    }
    json.EndArray();
  }

  void WriteText(const std::vector<Listed>& tensors, OutputStream& out) const {
    if (tree_) {
      WriteTreeText(tensors, out);
    } else if (pattern_) {
      WritePatternTable(tensors, out);
    } else {
      WriteTable(tensors, out);
    }
    out.Write(fmt::format("\n{} {}, {}\n", GroupedText(tensors.size()),
                          tensors.size() == 1 ? "tensor" : "tensors",
                          HumanBytes(TotalBytes(tensors))));
  }

  static void WriteTable(const std::vector<Listed>& tensors, OutputStream& out) {
    const bool any_full_name =
        std::ranges::any_of(tensors, [](const Listed& l) { return !l.full_name.empty(); });
    std::vector<TextTable::Column> columns = {
        {"name"}, {"dtype"}, {"shape"}, {"bytes", Align::kRight}, {"kind"}};
    if (any_full_name) columns.push_back({"full name"});
    TextTable table(columns);
    for (const auto& [tensor, bytes, kind, full_name] : tensors) {
      std::string kind_text(TensorKindName(kind));
      if (tensor.is_sliced()) kind_text += fmt::format(", in {} slices", tensor.parts.size());
      std::vector<std::string> row = {PrintableText(tensor.name), std::string(DTypeNameOf(tensor)),
                                      ShapeToList(tensor.shape), HumanBytes(bytes),
                                      std::move(kind_text)};
      if (any_full_name) row.push_back(PrintableText(full_name));
      table.AddRow(std::move(row));
    }
    table.WriteTo(out);
  }

  static void WritePatternTable(const std::vector<Listed>& tensors, OutputStream& out) {
    TextTable table(
        {{"pattern"}, {"count", Align::kRight}, {"dtype"}, {"shape"}, {"bytes", Align::kRight}});
    for (const PatternRow& row : GroupByPattern(tensors)) {
      table.AddRow({PrintableText(row.pattern), std::to_string(row.count), std::string(row.dtype),
                    ShapeToList(row.shape), HumanBytes(row.bytes)});
    }
    table.WriteTo(out);
  }

  static void WriteTreeText(const std::vector<Listed>& tensors, OutputStream& out) {
    std::vector<TreeLeaf> leaves;
    for (const auto& [tensor, bytes, kind, full_name] : tensors) {
      leaves.push_back({tensor.name,
                        fmt::format("{} {}  {}", DTypeNameOf(tensor), ShapeToList(tensor.shape),
                                    HumanBytes(bytes)),
                        bytes});
    }
    WriteTree(leaves, out);
  }

  std::string path_;
  std::vector<std::string> globs_;
  bool tree_ = false;
  bool pattern_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeLsCommand() { return std::make_unique<LsCommand>(); }

}  // namespace thaw
