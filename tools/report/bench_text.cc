#include "tools/report/bench_text.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "tools/print/name_text.h"
#include "tools/print/number_text.h"
#include "tools/print/text_table.h"
#include "tools/report/bench_document.h"

namespace thaw {
namespace {

std::string_view StateText(CacheState state) {
  switch (state) {
    case CacheState::kWarm:
      return "in the page cache";
    case CacheState::kCold:
      return "not in the page cache";
    case CacheState::kMixed:
      break;
  }
  return "every second 16 MiB in the page cache";
}

// "direct", or "auto (mmap)".
std::string IoText(const BenchRun& run) {
  const std::string asked(IoModeName(run.asked));
  const std::string mode = run.io.mode();
  return mode.empty() || mode == asked ? asked : asked + " (" + mode + ")";
}

std::string LimitText(const Limit& limit) {
  return fmt::format("{} ({})", FigureText(limit.gbps.median), limit.form);
}

// A column of the table, and its cell for a run.
struct Figure {
  TextTable::Column column;
  std::string (*text)(const BenchRun& run);
};

std::vector<Figure> FiguresFor(CacheState state) {
  std::vector<Figure> figures = {
      {{"threads", Align::kRight}, [](const BenchRun& run) { return std::to_string(run.threads); }},
      {{"io"}, IoText},
      {{"restore GB/s", Align::kRight},
       [](const BenchRun& run) { return FigureText(run.gbps.median); }},
      {{"min", Align::kRight}, [](const BenchRun& run) { return FigureText(run.gbps.min); }},
      {{"max", Align::kRight}, [](const BenchRun& run) { return FigureText(run.gbps.max); }},
      {{"ratio", Align::kRight},
       [](const BenchRun& run) { return fmt::format("{:.2f}", run.ratio); }}};
  if (state == CacheState::kMixed) {
    figures.push_back({{"mixed limit", Align::kRight}, [](const BenchRun& run) {
                         return FigureText(run.mixed_gbps.value_or(0.0));
                       }});
  }
  if (state != CacheState::kWarm) {
    figures.push_back({{"disk limit", Align::kRight}, [](const BenchRun& run) {
                         return FigureText(run.disk ? run.disk->gbps.median : 0.0);
                       }});
  }
  const Figure others[] = {
      {{"copy limit"}, [](const BenchRun& run) { return LimitText(run.copy); }},
      {{"memory limit"}, [](const BenchRun& run) { return LimitText(run.memory); }},
      {{"memcpy", Align::kRight},
       [](const BenchRun& run) { return FigureText(run.memcpy.gbps.median); }},
      {{"open", Align::kRight}, [](const BenchRun& run) { return HumanSeconds(run.open_seconds); }},
      {{"memory", Align::kRight},
       [](const BenchRun& run) { return HumanBytes(run.peak_rss_over_buffers); }}};
  figures.insert(figures.end(), std::begin(others), std::end(others));
  return figures;
}

}  // namespace

void WriteBenchText(const BenchReport& report, OutputStream& out) {
  out.Write(fmt::format("{}: {} {}, {}, {}\n", PrintableText(report.checkpoint),
                        GroupedText(report.tensors), report.tensors == 1 ? "tensor" : "tensors",
                        HumanBytes(report.bytes), StateText(report.state)));
  out.Write(fmt::format("{}, {} cores, {}, Linux {}\n\n", PrintableText(report.machine.cpu),
                        report.machine.cores, report.machine.isa, report.machine.kernel));
  const std::vector<Figure> figures = FiguresFor(report.state);
  std::vector<TextTable::Column> columns;
  for (const Figure& figure : figures) columns.push_back(figure.column);
  TextTable table(std::move(columns));
  for (const BenchRun& run : report.runs) {
    std::vector<std::string> cells;
    for (const Figure& figure : figures) cells.push_back(figure.text(run));
    table.AddRow(std::move(cells));
  }
  table.WriteTo(out);
  for (const BenchRun& run : report.runs) {
    if (!run.over_better) continue;
    out.Write(fmt::format("\nauto is {:.2f} times the better of map and direct reads ({} {})",
                          *run.over_better, run.threads, run.threads == 1 ? "thread" : "threads"));
  }
  if (report.state == CacheState::kMixed) out.Write('\n');
}

}  // namespace thaw
