#include "tools/cmd_explain.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

#include "engine/assign/resolver.h"
#include "tools/cli/option_helpers.h"
#include "tools/print/json_writer.h"
#include "tools/print/number_text.h"
#include "tools/print/talk.h"
#include "tools/report/program_files.h"
#include "tools/report/report_document.h"
#include "tools/report/report_text.h"

namespace thaw {
namespace {

// Bytes of a variable's value; 0 for strings and unknown shapes.
std::uint64_t ValueBytes(const VariableReport& variable) {
  const auto elements = NumElements(variable.shape);
  std::uint64_t bytes = 0;
  if (!elements ||
      !CheckedMul(static_cast<std::uint64_t>(*elements), ElementSize(variable.dtype), &bytes)) {
    return 0;
  }
  return bytes;
}

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
            "echo '{\"/\": \"/\"}' | thaw explain model.ckpt --model model.json --map -",
        .finding = "the map has errors",
    };
    return kInfo;
  }

  void AddOptions(CLI::App& app) override {
    AddCheckpointArgument(app, &path_);
    AddTextOption(app, "--model", "FILE", &model_path_,
                  "the variables of the program, as JSON; - for standard input")
        ->required();
    AddTextOption(app, "--map", "FILE", &map_path_,
                  "the assignment map, as JSON; - for standard input")
        ->required();
  }

  Outcome Run(CommandContext& context) override {
    Program program;
    if (Outcome loaded = LoadProgram(model_path_, map_path_, &program); !loaded.error.ok()) {
      return loaded;
    }
    THAW_ASSIGN_OR_RETURN(const Checkpoint checkpoint, context.OpenCheckpoint(path_));
    const auto start = std::chrono::steady_clock::now();
    const Resolution resolution = ResolveAll(checkpoint.reader(), program.map, program.store);
    Apply(resolution, program.store);
    Report report = Describe(checkpoint, program.store);
    for (const std::size_t entry : resolution.entries_without_match) {
      const MapEntry& unmatched = program.map.entries()[entry];
      report.entries_without_match.push_back({checkpoint.reader(), unmatched.key, unmatched.value});
    }
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

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
      WriteMapErrorsText(resolution.errors, program.map, context.out);
      context.out.Write(fmt::format("\nWould restore {} of {} variables ({}).\n",
                                    report.num_restored(), report.variables.size(),
                                    HumanBytes(report.bytes)));
    }
    return resolution.errors.empty() ? ExitCode::kOk : ExitCode::kFinding;
  }

 private:
  static Report Describe(const Checkpoint& checkpoint, const VariableStore& store) {
    Report report;
    report.checkpoint = checkpoint.prefix();
    report.variables = ExplainVariables(store, *checkpoint.reader());
    report.unused_tensors = UnusedTensors(store, *checkpoint.reader());
    for (const VariableReport& variable : report.variables) {
      if (variable.source) report.bytes += ValueBytes(variable);
    }
    return report;
  }

  std::string path_;
  std::string model_path_;
  std::string map_path_;
};

}  // namespace

std::unique_ptr<Command> MakeExplainCommand() { return std::make_unique<ExplainCommand>(); }

}  // namespace thaw
