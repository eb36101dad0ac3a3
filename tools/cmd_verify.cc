#include "tools/cmd_verify.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>

#include "engine/verify.h"
#include "tools/cli/option_helpers.h"
#include "tools/print/json_writer.h"
#include "tools/print/name_text.h"
#include "tools/print/number_text.h"
#include "tools/print/text_table.h"

namespace thaw {
namespace {

void WriteDocument(const VerifyReport& report, OutputStream& out) {
  JsonWriter json(out);
  json.BeginObject();
  json.StringField("schema", "thaw.verify/1");
  json.BoolField("ok", report.ok());
  json.UnsignedField("tensors_checked", report.tensors_checked);
  json.UnsignedField("bytes_checked", report.bytes_checked);
  if (report.tensors_without_checksum > 0) {
    json.UnsignedField("tensors_without_checksum", report.tensors_without_checksum);
  }
  json.Key("damaged");
  json.BeginArray();
  for (const DamagedTensor& damaged : report.damaged) {
    json.BeginObject();
    json.NameField("tensor", damaged.tensor);
    json.NameField("file", damaged.file);
    json.UnsignedField("offset", damaged.offset);
    json.UnsignedField("bytes", damaged.bytes);
    json.StringField("problem", DamageName(damaged.damage));
    json.StringField("message", damaged.status.what());
    json.EndObject();
  }
  json.EndArray();
  json.RealField("seconds", report.seconds);
  json.EndObject();
  json.Finish();
}

void WriteText(const VerifyReport& report, OutputStream& out) {
  if (!report.ok()) {
    TextTable table({{"damaged tensor"},
                     {"problem"},
                     {"file"},
                     {"offset", Align::kRight},
                     {"bytes", Align::kRight}});
    for (const DamagedTensor& damaged : report.damaged) {
      table.AddRow({PrintableText(damaged.tensor), std::string(DamageName(damaged.damage)),
                    PrintableText(damaged.file), std::to_string(damaged.offset),
                    std::to_string(damaged.bytes)});
    }
    table.WriteTo(out);
    out.Write('\n');
  }
  const std::string rate = HumanRate(report.bytes_checked, report.seconds);
  out.Write(fmt::format("{}: {} tensors, {} checked in {}{}\n", report.ok() ? "ok" : "damaged",
                        GroupedText(report.tensors_checked), HumanBytes(report.bytes_checked),
                        HumanSeconds(report.seconds), rate.empty() ? "" : " (" + rate + ")"));
  if (report.tensors_without_checksum > 0) {
    out.Write(
        fmt::format("{} of the tensors have no checksum in this format: their places and sizes "
                    "were checked and "
                    "their bytes could be read, but not whether they are the right ones\n",
                    GroupedText(report.tensors_without_checksum)));
  }
}

class VerifyCommand : public Command {
 public:
  const CommandInfo& info() const override {
    static constexpr CommandInfo kInfo = {
        .name = "verify",
        .summary = "compare every checksum of a checkpoint",
        .description =
            "Reads all data files and compares the checksums of all tensors, the index included. "
            "It goes on after damage and lists all of it: by tensor, file, offset and length. A "
            "safetensors file has no checksums: its structure is checked and all of it is read.",
        .examples =
            "thaw verify model.ckpt\n"
            "thaw verify model.ckpt --json",
        .finding = "a tensor is damaged",
    };
    return kInfo;
  }

  void AddOptions(CLI::App& app) override { AddCheckpointArgument(app, &path_); }

  Outcome Run(CommandContext& context) override {
    if (!context.options.verify) {
      return Outcome::Usage(InvalidArgumentError("verify and --no-verify exclude each other")
                                .WithTfClass(Status::kNoTfClass));
    }
    OpenOptions open = context.open_options();
    open.tolerate_entry_errors = true;
    THAW_ASSIGN_OR_RETURN(const Checkpoint checkpoint, context.OpenCheckpoint(path_, open));
    THAW_ASSIGN_OR_RETURN(const VerifyReport report, Verify(checkpoint, context.restore_options()));
    context.FinishProgress();
    if (context.options.json) {
      WriteDocument(report, context.out);
    } else {
      WriteText(report, context.out);
    }
    return report.ok() ? ExitCode::kOk : ExitCode::kFinding;
  }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<Command> MakeVerifyCommand() { return std::make_unique<VerifyCommand>(); }

}  // namespace thaw
