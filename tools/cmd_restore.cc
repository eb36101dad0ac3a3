#include "tools/cmd_restore.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/assign/resolver.h"
#include "engine/output/output_formats.h"
#include "engine/saver/saver_restore.h"
#include "tools/cli/option_helpers.h"
#include "tools/print/json_writer.h"
#include "tools/print/name_text.h"
#include "tools/print/number_text.h"
#include "tools/print/talk.h"
#include "tools/report/program_files.h"
#include "tools/report/report_document.h"
#include "tools/report/report_text.h"
#include "tools/report/variable_output.h"

namespace thaw {
namespace {

// A key that a Saver wants and the checkpoint lacks is a finding: the checkpoint is fine. Other
// things that are not there (a data file) are named with their shard.
Outcome FailedRestore(const Status& status) {
  const bool is_missing_key =
      status.code() == StatusCode::kNotFound && !status.tensor().empty() && !status.shard();
  return is_missing_key ? Outcome(ExitCode::kFinding, status) : Outcome(status);
}

// The first error of a map ended the call, as in TensorFlow; explain has the others, too.
Outcome FailedMap(const Status& status, const Checkpoint& checkpoint, const Program& program,
                  const Talk& talk) {
  Outcome outcome(status);
  const Resolution all = ResolveAll(checkpoint.reader(), program.map, program.store);
  if (all.errors.empty()) return outcome;
  outcome.finding = all.errors.front().code;
  if (all.errors.size() > 1) {
    talk.Note(fmt::format("the map has {} errors; thaw explain lists all", all.errors.size()));
  }
  return outcome;
}

// Which way the bytes came, and why.
void TellIo(const IoSummary& io, const Talk& talk) {
  const std::string mode = io.mode();
  if (mode.empty()) return;
  std::string text = "read by " + mode;
  if (mode == "mixed") {
    text = fmt::format("read {} by mmap, {} directly, {} by pread", HumanBytes(io.mapped_bytes),
                       HumanBytes(io.direct_bytes), HumanBytes(io.buffered_bytes));
  }
  if (!io.queue.empty()) text += " (" + io.queue + ")";
  if (!io.why.empty()) text += ": " + io.why;
  talk.Detail(text);
}

class RestoreCommand : public Command {
 public:
  const CommandInfo& info() const override {
    static constexpr CommandInfo kInfo = {
        .name = "restore",
        .summary = "restore the variables of a model and report what each got",
        .description =
            "Restores a model's variables from a checkpoint, in parallel and with every checksum "
            "compared, and says of each what it got and why. With --map it does what "
            "tf.compat.v1.train.init_from_checkpoint and the initializers do: only variables made "
            "by get_variable are found by name or scope. With --saver it does what "
            "tf.compat.v1.train.Saver().restore does: every variable by its op name.",
        .examples =
            "thaw restore model.ckpt --model model.json --map map.json\n"
            "thaw restore model.ckpt --model model.json --saver --out values.npz",
        .finding =
            "the map is wrong, restored nothing, or has an entry that matched no variable; "
            "or the checkpoint lacks what --saver wants",
    };
    return kInfo;
  }

  void AddOptions(CLI::App& app) override {
    AddCheckpointArgument(app, &path_);
    AddModelOption(app, &model_path_);
    AddMapOption(app, &map_path_);
    AddFlag(app, "--saver", &saver_, "restore every variable by its op name, without a map");
    CLI::Option* out = AddTextOption(app, "--out", "FILE", &out_path_,
                                     "write the values to a .npz or .safetensors file");
    AddFlag(app, "--force", &force_, "let --out replace a file that is there")->needs(out);
    AddFlag(app, "--lenient", &lenient_,
            "end with 0 even if the map restored nothing or an entry matched no variable");
  }

  Outcome Run(CommandContext& context) override {
    if (saver_ == !map_path_.empty()) {
      return Outcome::Usage(
          saver_ ? "--map and --saver exclude each other" : "one of --map and --saver is needed",
          "--map FILE restores by an assignment map, --saver by op names");
    }
    Program program;
    if (Outcome loaded = LoadProgram(model_path_, map_path_, &program); !loaded.error.ok()) {
      return loaded;
    }
    std::unique_ptr<Output> output;
    if (!out_path_.empty()) {
      Result<std::unique_ptr<Output>> created =
          CreateOutput(out_path_, force_ ? IfExists::kReplace : IfExists::kKeep);
      if (!created.ok()) {
        const Status status = created.status().WithTfClass(Status::kNoTfClass);
        return FindOutputFormat(out_path_) == nullptr ? Outcome::Usage(status) : Outcome(status);
      }
      output = std::move(*created);
    }
    std::optional<Checkpoint> checkpoint;
    if (Outcome opened = OpenProgramCheckpoint(context, path_, &checkpoint); !checkpoint) {
      return opened;
    }
    if (!saver_) {
      const Status assigned = InitFromCheckpoint(*checkpoint, program.map, program.store);
      if (!assigned.ok()) return FailedMap(assigned, *checkpoint, program, context.talk);
    }
    const Report report = RunRestore(*checkpoint, program, context);
    context.FinishProgress();
    if (!report.status.ok()) return FailedRestore(report.status);

    std::vector<SkippedArray> skipped;
    if (output != nullptr) THAW_RETURN_IF_ERROR(WriteVariables(program.store, *output, &skipped));
    for (const std::string& note : NoteTexts(report)) context.talk.Detail(note);
    TellIo(report.io, context.talk);
    if (context.options.json) {
      WriteDocument(report, skipped, context.out);
    } else {
      WriteText(report, program.store, skipped, context);
    }
    return ExitCodeOf(report);
  }

 private:
  Report RunRestore(const Checkpoint& checkpoint, Program& program,
                    const CommandContext& context) const {
    if (saver_) return RestoreSaver(checkpoint, program.store, context.restore_options());
    Report report = Initialize(program.store, context.restore_options());
    // Without a restored variable the initializers know of no checkpoint.
    report.checkpoint = checkpoint.prefix();
    return report;
  }

  ExitCode ExitCodeOf(const Report& report) const {
    const bool is_finding = report.num_restored() == 0 || !report.entries_without_match.empty();
    return is_finding && !lenient_ ? ExitCode::kFinding : ExitCode::kOk;
  }

  void WriteDocument(const Report& report, const std::vector<SkippedArray>& skipped,
                     OutputStream& out) const {
    JsonWriter json(out);
    json.BeginObject();
    json.StringField("schema", "thaw.restore/1");
    WriteReportFields(report, json);
    if (!out_path_.empty()) {
      json.NameField("output", out_path_);
      json.Key("skipped");
      json.BeginArray();
      for (const SkippedArray& array : skipped) {
        json.BeginObject();
        json.NameField("name", array.name);
        json.StringField("why", array.why);
        json.EndObject();
      }
      json.EndArray();
    }
    json.EndObject();
    json.Finish();
  }

  void WriteText(const Report& report, const VariableStore& store,
                 const std::vector<SkippedArray>& skipped, CommandContext& context) const {
    WriteReportText(report, &store, context.options.verbose, context.out);
    const std::string rate = HumanRate(report.bytes, report.seconds);
    context.out.Write(fmt::format("\nRestored {} of {} variables: {} in {}{}.\n",
                                  report.num_restored(), report.variables.size(),
                                  HumanBytes(report.bytes), HumanSeconds(report.seconds),
                                  rate.empty() ? "" : ", " + rate));
    if (out_path_.empty()) return;
    for (const SkippedArray& array : skipped) {
      context.talk.Note(fmt::format("left out of the file: {} ({})", array.name, array.why));
    }
    context.talk.Note("wrote " + out_path_);
  }

  std::string path_;
  std::string model_path_;
  std::string map_path_;
  std::string out_path_;
  bool saver_ = false;
  bool force_ = false;
  bool lenient_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRestoreCommand() { return std::make_unique<RestoreCommand>(); }

}  // namespace thaw
