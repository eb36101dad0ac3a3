#include "tools/cmd_bench.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/support/checkpoint_bench.h"
#include "bench/support/shapes.h"
#include "bench/support/temporary_checkpoint.h"
#include "tools/cli/option_helpers.h"
#include "tools/print/json_writer.h"
#include "tools/print/name_text.h"
#include "tools/print/number_text.h"
#include "tools/print/talk.h"
#include "tools/print/text_table.h"

namespace thaw {
namespace {

std::string_view IoModeName(IoMode mode) {
  switch (mode) {
    case IoMode::kAuto:
      return "auto";
    case IoMode::kMmap:
      return "mmap";
    case IoMode::kPread:
      return "pread";
    case IoMode::kDirect:
      return "direct";
  }
  return "auto";
}

// "float32=bfloat16"; nullopt for another form or a pair without a conversion.
std::optional<DTypePair> ParseConversion(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return std::nullopt;
  const std::optional<DType> from = DTypeFromName(text.substr(0, equals));
  const std::optional<DType> to = DTypeFromName(text.substr(equals + 1));
  if (!from || !to) return std::nullopt;
  for (const DTypePair& pair : DTypeConversions()) {
    if (pair.from == *from && pair.to == *to) return pair;
  }
  return std::nullopt;
}

void WriteLimit(std::string_view key, const Limit& limit, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  json.StringField("form", limit.form);
  json.RealField("gbps", limit.gbps);
  json.EndObject();
}

void WriteRate(std::string_view key, double gbps, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  json.RealField("gbps", gbps);
  json.EndObject();
}

class BenchCommand : public Command {
 public:
  const CommandInfo& info() const override {
    static constexpr CommandInfo kInfo = {
        .name = "bench",
        .summary = "measure how fast a checkpoint restores here, and this machine's limits",
        .description =
            "Restores everything in a checkpoint into memory that is already touched, several "
            "times and in turns with plain copies of the same files, and prints the medians. A "
            "ratio of 1 means: as fast as the best copy without any checksum. With --shape it "
            "writes a checkpoint of typical tensors into a temporary folder first.",
        .examples =
            "thaw bench model.ckpt\n"
            "thaw bench --shape bert-base --dtype float32=bfloat16\n"
            "thaw bench --shape one-huge --size 2GiB --threads 1,2 --json\n"
            "thaw bench model.ckpt --cold --io direct",
        .finding = "",
    };
    return kInfo;
  }

  void AddOptions(CLI::App& app) override {
    AddOptionalArgument(app, "CKPT", &path_, "a checkpoint; without it, --shape");
    std::vector<std::string> shapes;
    for (const CheckpointShape& shape : CheckpointShapes()) shapes.emplace_back(shape.name);
    shape_option_ = AddChoiceOption(app, "--shape", std::move(shapes), &shape_,
                                    "write and restore a synthetic checkpoint");
    AddSizeOption(app, "--size", &size_, "of the synthetic checkpoint (default: the shape's own)");
    AddTextOption(app, "--dir", "DIR", &directory_,
                  "where its temporary folder is made (default: that of the system)");
    AddIntListOption(app, "--threads", "N,N", &threads_, 1,
                     "one run for each number (default: 1, and all that this process may use)");
    AddIntOption(app, "--rounds", "N", &rounds_, 1, "rounds that medians are of (default 7)");
    AddTextOption(app, "--dtype", "FROM=TO", &conversion_text_, "convert while restoring");
    AddFlag(app, "--cold", &cold_, "drop the files from the page cache before each restore");
  }

  Outcome Run(CommandContext& context) override {
    const bool has_shape = shape_option_->count() > 0;
    if (has_shape == !path_.empty()) {
      return Outcome::Usage(
          has_shape ? "CKPT and --shape exclude each other" : "one of CKPT and --shape is needed",
          "thaw bench --shape bert-base needs no checkpoint");
    }
    BenchOptions options;
    if (!conversion_text_.empty()) {
      options.conversion = ParseConversion(conversion_text_);
      if (!options.conversion) {
        return Outcome::Usage("\"" + conversion_text_ + "\" is no conversion",
                              "floats are converted to floats, integers and bool to integers and "
                              "bool: --dtype float32=bfloat16");
      }
    }
    options.threads = threads_;
    if (threads_.empty() && context.options.threads > 0)
      options.threads = {context.options.threads};
    options.rounds = rounds_;
    options.io = context.options.io;
    options.verify = context.options.verify;
    options.memory_budget = context.options.memory_budget;
    options.cold = cold_;
    options.cancel = &context.cancel;

    std::optional<TemporaryCheckpoint> synthetic;
    if (has_shape) {
      THAW_ASSIGN_OR_RETURN(synthetic, WriteShape(context));
      path_ = synthetic->prefix();
    }
    THAW_ASSIGN_OR_RETURN(const BenchReport report, BenchCheckpoint(path_, options));
    if (context.options.json) {
      WriteDocument(report, options, context.out);
    } else {
      WriteText(report, context.out);
    }
    return ExitCode::kOk;
  }

 private:
  Result<TemporaryCheckpoint> WriteShape(CommandContext& context) const {
    const CheckpointShape& shape = CheckpointShapes()[shape_];
    context.talk.Detail(fmt::format("writing {}: {}", shape.name, shape.summary));
    THAW_ASSIGN_OR_RETURN(
        TemporaryCheckpoint written,
        TemporaryCheckpoint::Write(shape.name, size_, directory_, &context.cancel));
    if (!written.dropped().ok()) context.talk.Note(written.dropped().what());
    return written;
  }

  void WriteDocument(const BenchReport& report, const BenchOptions& options,
                     OutputStream& out) const {
    JsonWriter json(out);
    json.BeginObject();
    json.StringField("schema", "thaw.bench/1");
    json.NameField("checkpoint", report.checkpoint);
    json.UnsignedField("bytes", report.bytes);
    json.UnsignedField("tensors", report.tensors);
    json.StringField("state", cold_ ? "cold" : "warm");
    json.IntegerField("rounds", rounds_);
    json.Key("machine");
    json.BeginObject();
    json.StringField("cpu", report.machine.cpu);
    json.IntegerField("cores", report.machine.cores);
    json.StringField("isa", report.machine.isa);
    json.StringField("kernel", report.machine.kernel);
    json.StringField("huge_pages", report.machine.huge_pages);
    json.EndObject();
    json.Key("runs");
    json.BeginArray();
    for (const BenchRun& run : report.runs) WriteRun(run, options, json);
    json.EndArray();
    json.EndObject();
    json.Finish();
  }

  void WriteRun(const BenchRun& run, const BenchOptions& options, JsonWriter& json) const {
    json.BeginObject();
    json.IntegerField("threads", run.threads);
    json.StringField("io", IoModeName(run.io));
    json.BoolField("verify", options.verify);
    json.Key("dtype");
    if (options.conversion) {
      json.String(conversion_text_);
    } else {
      json.Null();
    }
    json.Key("gbps");
    json.BeginObject();
    json.RealField("median", run.gbps.median);
    json.RealField("min", run.gbps.min);
    json.RealField("max", run.gbps.max);
    json.EndObject();
    json.Key("limits");
    json.BeginObject();
    WriteLimit("copy", run.copy, json);
    WriteLimit("memory", run.memory, json);
    WriteRate("memcpy", run.memcpy.gbps, json);
    if (run.disk_gbps) WriteRate("disk", *run.disk_gbps, json);
    json.EndObject();
    json.RealField("ratio", run.ratio);
    json.RealField("open_seconds", run.open_seconds);
    json.UnsignedField("peak_rss_over_buffers", run.peak_rss_over_buffers);
    json.EndObject();
  }

  void WriteText(const BenchReport& report, OutputStream& out) const {
    out.Write(fmt::format("{}: {} {}, {}, {}\n", PrintableText(report.checkpoint),
                          GroupedText(report.tensors), report.tensors == 1 ? "tensor" : "tensors",
                          HumanBytes(report.bytes),
                          cold_ ? "not in the page cache" : "in the page cache"));
    out.Write(fmt::format("{}, {} cores, {}, Linux {}\n\n", PrintableText(report.machine.cpu),
                          report.machine.cores, report.machine.isa, report.machine.kernel));
    std::vector<TextTable::Column> columns = {
        {"threads", Align::kRight}, {"restore GB/s", Align::kRight}, {"min", Align::kRight},
        {"max", Align::kRight},     {"ratio", Align::kRight},        {"copy limit"},
        {"memory limit"},           {"memcpy", Align::kRight},       {"open", Align::kRight},
        {"memory", Align::kRight}};
    if (cold_) columns.insert(columns.begin() + 5, {"disk limit", Align::kRight});
    TextTable table(std::move(columns));
    for (const BenchRun& run : report.runs) {
      std::vector<std::string> cells = {std::to_string(run.threads),
                                        FigureText(run.gbps.median),
                                        FigureText(run.gbps.min),
                                        FigureText(run.gbps.max),
                                        fmt::format("{:.2f}", run.ratio),
                                        LimitText(run.copy),
                                        LimitText(run.memory),
                                        FigureText(run.memcpy.gbps),
                                        HumanSeconds(run.open_seconds),
                                        HumanBytes(run.peak_rss_over_buffers)};
      if (cold_) cells.insert(cells.begin() + 5, FigureText(run.disk_gbps.value_or(0.0)));
      table.AddRow(std::move(cells));
    }
    table.WriteTo(out);
  }

  static std::string LimitText(const Limit& limit) {
    return fmt::format("{} ({})", FigureText(limit.gbps), limit.form);
  }

  std::string path_;
  CLI::Option* shape_option_ = nullptr;
  std::size_t shape_ = 0;
  std::uint64_t size_ = 0;
  std::string directory_;
  std::vector<int> threads_;
  int rounds_ = 7;
  std::string conversion_text_;
  bool cold_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeBenchCommand() { return std::make_unique<BenchCommand>(); }

}  // namespace thaw
