// A program outside of the project: restores `bar` of the checkpoint in its first argument, by name
// and by the rules of init_from_checkpoint, through installed headers alone.

#include <tensorthaw/tensorthaw.h>

#include <cstddef>
#include <cstdio>
#include <span>

namespace {

int Fail(const thaw::Status& status) {
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto checkpoint = thaw::Checkpoint::Open(argv[1]);
  if (!checkpoint.ok()) return Fail(checkpoint.status());

  float by_name = 0.0F;
  thaw::Request request;
  request.tensor = "bar";
  request.dtype = thaw::DType::kFloat32;
  request.buffer = std::as_writable_bytes(std::span(&by_name, 1));
  const auto outcome = thaw::Restore(*checkpoint, std::span(&request, 1));
  if (!outcome.status.ok()) return Fail(outcome.status);

  thaw::VariableStore store;
  float by_rules = 0.0F;
  const auto bar = store.GetVariable("bar", thaw::DType::kFloat32, {});
  if (!bar.ok()) return Fail(bar.status());
  thaw::Status status = store.Bind(*bar, std::as_writable_bytes(std::span(&by_rules, 1)));
  if (!status.ok()) return Fail(status);
  status = thaw::InitFromCheckpoint(*checkpoint, {{"/", "/"}}, store);
  if (!status.ok()) return Fail(status);
  const thaw::Report report = thaw::Initialize(store);
  if (!report.status.ok()) return Fail(report.status);

  std::printf("tensorthaw %s: bar is %g by name and %g by the rules\n", THAW_VERSION,
              static_cast<double>(by_name), static_cast<double>(by_rules));
  return by_name == 1.0F && by_rules == 1.0F ? 0 : 1;
}
