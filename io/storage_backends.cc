#include "io/storage_backends.h"

#include <string_view>

#include "io/storage/local_storage.h"

namespace thaw {
namespace {

const Storage& LocalBackend(bool guard_faults) {
  static const LocalStorage* const guarded = new LocalStorage(/*guard_faults=*/true);
  static const LocalStorage* const unguarded = new LocalStorage(/*guard_faults=*/false);
  return guard_faults ? *guarded : *unguarded;
}

Result<StoragePath> FindLocalUrl(std::string_view rest, bool guard_faults) {
  constexpr std::string_view kThisMachine = "localhost";
  if (rest.starts_with(kThisMachine)) rest.remove_prefix(kThisMachine.size());
  if (!rest.starts_with('/')) {
    return InvalidArgumentError("a file:// URL needs an absolute path on this machine")
        .WithHint("write file:///path, or the path alone");
  }
  return StoragePath{&LocalBackend(guard_faults), std::string(rest)};
}

Result<StoragePath> RefuseRemote(std::string_view /*rest*/, bool /*guard_faults*/) {
  return UnimplementedError("reading over the network is not supported")
      .WithHint("copy the checkpoint to this machine first");
}

struct Backend {
  std::string_view scheme;
  // rest: what follows the scheme.
  Result<StoragePath> (*find)(std::string_view rest, bool guard_faults);
};

constexpr Backend kBackends[] = {
    {"file://", FindLocalUrl}, {"s3://", RefuseRemote},    {"gs://", RefuseRemote},
    {"http://", RefuseRemote}, {"https://", RefuseRemote}, {"hdfs://", RefuseRemote},
    {"az://", RefuseRemote},   {"abfs://", RefuseRemote},  {"hf://", RefuseRemote},
};

}  // namespace

Result<StoragePath> FindStorage(const std::string& url, bool guard_faults) {
  for (const Backend& backend : kBackends) {
    if (!url.starts_with(backend.scheme)) continue;
    Result<StoragePath> found =
        backend.find(std::string_view(url).substr(backend.scheme.size()), guard_faults);
    if (!found.ok()) return found.status().WithFile(url);
    return found;
  }
  return StoragePath{&LocalBackend(guard_faults), url};
}

}  // namespace thaw
