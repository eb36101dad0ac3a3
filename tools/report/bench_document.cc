#include "tools/report/bench_document.h"

#include "tools/report/report_document.h"

namespace thaw {
namespace {

void WriteFigures(const Figures& gbps, JsonWriter& json) {
  json.RealField("median", gbps.median);
  json.RealField("min", gbps.min);
  json.RealField("max", gbps.max);
}

// "gbps" is the median alone, as it was before there were the others.
void WriteLimit(std::string_view key, const Limit& limit, JsonWriter& json) {
  json.Key(key);
  json.BeginObject();
  json.StringField("form", limit.form);
  json.RealField("gbps", limit.gbps.median);
  json.RealField("min", limit.gbps.min);
  json.RealField("max", limit.gbps.max);
  json.EndObject();
}

void WriteLimits(const BenchRun& run, JsonWriter& json) {
  json.Key("limits");
  json.BeginObject();
  WriteLimit("copy", run.copy, json);
  WriteLimit("memory", run.memory, json);
  WriteLimit("memcpy", run.memcpy, json);
  if (run.disk) WriteLimit("disk", *run.disk, json);
  if (run.mixed_gbps) {
    json.Key("mixed");
    json.BeginObject();
    json.RealField("gbps", *run.mixed_gbps);
    json.EndObject();
  }
  json.EndObject();
}

void WriteRun(const BenchReport& report, const BenchRun& run, JsonWriter& json) {
  const std::string mode = run.io.mode();
  json.BeginObject();
  json.IntegerField("threads", run.threads);
  json.StringField("io", mode.empty() ? IoModeName(run.asked) : mode);
  json.StringField("io_asked", IoModeName(run.asked));
  WriteIoField("fetched", run.io, json);
  json.BoolField("verify", report.verify);
  json.Key("dtype");
  if (report.conversion) {
    json.String(ConversionText(*report.conversion));
  } else {
    json.Null();
  }
  json.Key("gbps");
  json.BeginObject();
  WriteFigures(run.gbps, json);
  json.EndObject();
  WriteLimits(run, json);
  json.RealField("ratio", run.ratio);
  json.StringField("ratio_of", run.bound);
  if (run.over_better) json.RealField("over_better", *run.over_better);
  json.RealField("open_seconds", run.open_seconds);
  json.UnsignedField("peak_rss_over_buffers", run.peak_rss_over_buffers);
  json.EndObject();
}

}  // namespace

void WriteBenchDocument(const BenchReport& report, std::string_view shape, JsonWriter& json) {
  json.BeginObject();
  json.StringField("schema", "thaw.bench/1");
  json.NameField("checkpoint", report.checkpoint);
  if (!shape.empty()) json.StringField("shape", shape);
  json.UnsignedField("bytes", report.bytes);
  json.UnsignedField("tensors", report.tensors);
  json.StringField("state", CacheStateName(report.state));
  json.IntegerField("rounds", report.rounds);
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
  for (const BenchRun& run : report.runs) WriteRun(report, run, json);
  json.EndArray();
  json.EndObject();
}

std::string_view CacheStateName(CacheState state) {
  switch (state) {
    case CacheState::kWarm:
      return "warm";
    case CacheState::kCold:
      return "cold";
    case CacheState::kMixed:
      break;
  }
  return "mixed";
}

std::string_view IoModeName(IoMode mode) {
  switch (mode) {
    case IoMode::kAuto:
      return "auto";
    case IoMode::kMmap:
      return "mmap";
    case IoMode::kPread:
      return "pread";
    case IoMode::kDirect:
      break;
  }
  return "direct";
}

std::string ConversionText(const DTypePair& conversion) {
  return std::string(DTypeName(conversion.from)) + "=" + std::string(DTypeName(conversion.to));
}

}  // namespace thaw
