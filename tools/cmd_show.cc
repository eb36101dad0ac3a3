#include "tools/cmd_show.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <string>

#include "engine/output/npy_file.h"
#include "tools/cli/option_helpers.h"
#include "tools/print/json_writer.h"
#include "tools/print/name_text.h"
#include "tools/print/number_text.h"
#include "tools/print/talk.h"
#include "tools/values/element_values.h"
#include "tools/values/slice_argument.h"
#include "tools/values/tensor_statistics.h"
#include "tools/values/tensor_values.h"

namespace thaw {
namespace {

// `name`, or what is left of it without TensorFlow's output number ":0".
Result<TensorInfo> FindTensor(const Checkpoint& checkpoint, const std::string& name) {
  const Result<TensorInfo> found = checkpoint.Find(name);
  if (found.ok() || !name.ends_with(":0")) return found;
  const Result<TensorInfo> without = checkpoint.Find(name.substr(0, name.size() - 2));
  return without.ok() ? without : found;
}

void WriteStatistics(const TensorValues& values, OutputStream& out) {
  switch (NumberKindOf(values.dtype)) {
    case NumberKind::kComplex:
    case NumberKind::kNone:
      return;
    default:
      break;
  }
  const TensorStatistics statistics = ComputeStatistics(values);
  if (statistics.num_finite > 0) {
    out.Write(fmt::format("min    {}\nmax    {}\nmean   {}\nstd    {}\n",
                          FigureText(statistics.min), FigureText(statistics.max),
                          FigureText(statistics.mean), FigureText(statistics.std)));
  }
  out.Write(fmt::format("NaN    {}\nInf    {}\n", statistics.num_nan, statistics.num_infinite));
}

class ShowCommand : public Command {
 public:
  const CommandInfo& info() const override {
    static constexpr CommandInfo kInfo = {
        .name = "show",
        .summary = "show the values of one tensor",
        .description =
            "Reads one tensor, or a slice of it, compares its checksums and prints the values: for "
            "people with statistics and the middle of long dimensions left out, with --json "
            "complete. NAME may end in :0.",
        .examples =
            "thaw show model.ckpt bert/pooler/dense/bias\n"
            "thaw show model.ckpt embeddings --slice 0:10,:\n"
            "thaw show model.ckpt embeddings --npy embeddings.npy",
        .finding = "",
    };
    return kInfo;
  }

  void AddOptions(CLI::App& app) override {
    AddCheckpointArgument(app, &path_);
    AddArgument(app, "NAME", &name_, "the tensor");
    AddTextOption(app, "--slice", "SPEC", &slice_,
                  "a part, in numpy's notation: start:stop for each dimension");
    CLI::Option* npy = AddTextOption(app, "--npy", "FILE", &npy_path_,
                                     "write the values in NumPy's format instead of as text");
    AddFlag(app, "--force", &force_, "let --npy replace a file that is there")->needs(npy);
  }

  Outcome Run(CommandContext& context) override {
    OpenOptions open = context.open_options();
    open.tensors = {name_};
    THAW_ASSIGN_OR_RETURN(const Checkpoint checkpoint, context.OpenCheckpoint(path_, open));
    THAW_ASSIGN_OR_RETURN(const TensorInfo tensor, FindTensor(checkpoint, name_));
    const Result<SliceArgument> part = ParseSliceArgument(slice_, tensor.shape);
    if (!part.ok()) return Outcome::Usage(part.status().WithTensor(tensor.name));
    THAW_ASSIGN_OR_RETURN(const TensorValues values,
                          ReadTensor(checkpoint, tensor, *part, context.restore_options()));
    context.FinishProgress();
    if (!npy_path_.empty()) {
      THAW_RETURN_IF_ERROR(WriteNpy(std::string(tensor.name), values));
      context.talk.Note("wrote " + npy_path_);
    }
    if (context.options.json) return WriteDocument(tensor.name, values, context.out);
    WriteText(tensor.name, values, context.out);
    return ExitCode::kOk;
  }

 private:
  Status WriteNpy(const std::string& name, const TensorValues& values) const {
    const ArraySpec array = {name, values.dtype, values.shape};
    return WriteNpyFile(npy_path_, array, values.bytes,
                        force_ ? IfExists::kReplace : IfExists::kKeep)
        .WithTfClass(Status::kNoTfClass);
  }

  static Outcome WriteDocument(std::string_view name, const TensorValues& values,
                               OutputStream& out) {
    THAW_RETURN_IF_ERROR(CheckPrintable(values));
    JsonWriter json(out);
    json.BeginObject();
    json.StringField("schema", "thaw.show/1");
    json.NameField("name", name);
    json.StringField("dtype", DTypeName(values.dtype));
    json.IntegersField("shape", values.shape);
    json.Key("values");
    WriteValues(values, json);
    json.EndObject();
    json.Finish();
    return ExitCode::kOk;
  }

  void WriteText(std::string_view name, const TensorValues& values, OutputStream& out) const {
    std::uint64_t bytes = values.bytes.size();
    for (const std::string& text : values.strings) bytes += text.size();
    out.Write(fmt::format("name   {}\ndtype  {}\nshape  {}\nbytes  {}\n", PrintableText(name),
                          DTypeName(values.dtype), ShapeToList(values.shape), HumanBytes(bytes)));
    WriteStatistics(values, out);
    if (!npy_path_.empty()) return;
    out.Write('\n');
    out.Write(ValuesText(values));
    out.Write('\n');
  }

  std::string path_;
  std::string name_;
  std::string slice_;
  std::string npy_path_;
  bool force_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeShowCommand() { return std::make_unique<ShowCommand>(); }

}  // namespace thaw
