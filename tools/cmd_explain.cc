#include "tools/cmd_explain.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "engine/assign/resolver.h"
#include "tools/cli/option_helpers.h"
#include "tools/print/json_writer.h"
#include "tools/print/name_text.h"
#include "tools/print/number_text.h"
#include "tools/print/talk.h"
#include "tools/report/explain_page.h"
#include "tools/report/program_files.h"
#include "tools/report/report_document.h"
#include "tools/report/report_text.h"

namespace thaw {
namespace {

class ExplainCommand : public Command {
 public:
  const CommandInfo& info() const override {
    static constexpr CommandInfo kInfo = {
        .name = "explain",
        .summary = "say what a map would restore, and why not the rest",
        .description =
            "Applies an assignment map to a model as tf.compat.v1.train.init_from_checkpoint does "
            "and says of each variable which tensor it gets and by which rule, or why it keeps its "
            "initializer and what to write instead. All errors of the map are listed, not only the "
            "first. No tensor data is read.",
        .examples =
            "thaw explain model.ckpt --model model.json --map map.json\n"
            "thaw explain model.ckpt --model model.json --map map.json --html report.html\n"
            "echo '{\"/\": \"/\"}' | thaw explain model.ckpt --model model.json --map -",
        .finding = "the map has errors",
    };
    return kInfo;
  }

  void AddOptions(CLI::App& app) override {
    AddCheckpointArgument(app, &path_);
    AddModelOption(app, &model_path_);
    AddMapOption(app, &map_path_)->required();
    AddTextOption(app, "--html", "FILE", &html_path_,
                  "also write a page that shows variables and tensors side by side");
  }

  Outcome Run(CommandContext& context) override {
    Program program;
    if (Outcome loaded = LoadProgram(model_path_, map_path_, &program); !loaded.error.ok()) {
      return loaded;
    }
    std::optional<Checkpoint> checkpoint;
    if (Outcome opened = OpenProgramCheckpoint(context, path_, &checkpoint); !checkpoint) {
      return opened;
    }
    const auto start = std::chrono::steady_clock::now();
    const Resolution resolution = ResolveAll(checkpoint->reader(), program.map, program.store);
    Apply(resolution, program.store);
    Report report = ReportResolution(resolution, program.map, program.store, *checkpoint->reader());
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    for (const std::string& note : NoteTexts(report)) context.talk.Detail(note);
    if (!html_path_.empty()) {
      const Status written = WriteExplainPage(report, *checkpoint->reader(), html_path_);
      if (!written.ok()) return written.WithTfClass(Status::kNoTfClass);
      context.talk.Note("wrote " + PrintableText(html_path_));
    }
    if (context.options.json) {
      JsonWriter json(context.out);
      json.BeginObject();
      json.StringField("schema", "thaw.explain/1");
      WriteReportFields(report, json);
      WriteMapErrors(resolution.errors, program.map, json);
      json.EndObject();
      json.Finish();
    } else {
      WriteReportText(report, nullptr, context.options.verbose, context.out);
      context.out.Write(fmt::format("\nWould restore {} of {} variables ({}).\n",
                                    report.num_restored(), report.variables.size(),
                                    HumanBytes(report.bytes)));
    }
    return resolution.errors.empty() ? ExitCode::kOk : ExitCode::kFinding;
  }

 private:
  std::string path_;
  std::string model_path_;
  std::string map_path_;
  std::string html_path_;
};

}  // namespace

std::unique_ptr<Command> MakeExplainCommand() { return std::make_unique<ExplainCommand>(); }

}  // namespace thaw
