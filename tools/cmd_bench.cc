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
#include "tools/print/talk.h"
#include "tools/report/bench_document.h"
#include "tools/report/bench_text.h"

namespace thaw {
namespace {

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
            "thaw bench model.ckpt --cold --io direct\n"
            "thaw bench model.ckpt --mixed",
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
    CLI::Option* const cold =
        AddFlag(app, "--cold", &cold_, "drop the files from the page cache before each restore");
    AddFlag(app, "--mixed", &mixed_,
            "begin each restore with every second 16 MiB of the files in the page cache, and "
            "measure map and direct reads beside the automatic choice")
        ->excludes(cold);
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
    if (cold_) options.state = CacheState::kCold;
    if (mixed_) options.state = CacheState::kMixed;
    options.cancel = &context.cancel;

    std::optional<TemporaryCheckpoint> synthetic;
    if (has_shape) {
      THAW_ASSIGN_OR_RETURN(synthetic, WriteShape(context));
      path_ = synthetic->prefix();
    }
    THAW_ASSIGN_OR_RETURN(const BenchReport report, BenchCheckpoint(path_, options));
    if (context.options.json) {
      JsonWriter json(context.out);
      WriteBenchDocument(report, has_shape ? CheckpointShapes()[shape_].name : "", json);
      json.Finish();
    } else {
      WriteBenchText(report, context.out);
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

  std::string path_;
  CLI::Option* shape_option_ = nullptr;
  std::size_t shape_ = 0;
  std::uint64_t size_ = 0;
  std::string directory_;
  std::vector<int> threads_;
  int rounds_ = 7;
  std::string conversion_text_;
  bool cold_ = false;
  bool mixed_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeBenchCommand() { return std::make_unique<BenchCommand>(); }

}  // namespace thaw
