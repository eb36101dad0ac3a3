#include "tools/cmd_suggest.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string>

#include "engine/assign/suggest.h"
#include "tools/cli/option_helpers.h"
#include "tools/print/json_writer.h"
#include "tools/print/name_text.h"
#include "tools/print/number_text.h"
#include "tools/print/talk.h"
#include "tools/report/program_files.h"
#include "tools/report/report_document.h"

namespace thaw {
namespace {

// Unmatched variables that are named on stderr without -v.
constexpr std::size_t kMaxUnmatched = 10;

class SuggestCommand : public Command {
 public:
  const CommandInfo& info() const override {
    static constexpr CommandInfo kInfo = {
        .name = "suggest",
        .summary = "propose an assignment map for a model",
        .description =
            "Compares the names, shapes and dtypes of a model's variables with those of a "
            "checkpoint and prints a map for explain and restore: as few scope entries as say all, "
            "single entries for the rest, variables made by Variable as objects. It knows renamed "
            "scopes, optimizer slots, moving averages, TF2's object paths and partitioned "
            "variables. Where two tensors are as likely, or only a transposed one is there, it "
            "proposes nothing and says so on standard error. The score says how sure the matches "
            "are, from 0 to 1. No tensor data is read.",
        .examples =
            "thaw suggest model.ckpt --model model.json > map.json\n"
            "thaw restore model.ckpt --model model.json --map map.json",
        .finding = "a variable is unmatched",
    };
    return kInfo;
  }

  void AddOptions(CLI::App& app) override {
    AddCheckpointArgument(app, &path_);
    AddModelOption(app, &model_path_);
  }

  Outcome Run(CommandContext& context) override {
    Program program;
    if (Outcome loaded = LoadProgram(model_path_, "", &program); !loaded.error.ok()) return loaded;
    std::optional<Checkpoint> checkpoint;
    if (Outcome opened = OpenProgramCheckpoint(context, path_, &checkpoint); !checkpoint) {
      return opened;
    }
    const Suggestion suggestion = SuggestMap(checkpoint->reader(), program.store);
    if (context.options.json) {
      WriteDocument(suggestion, context.out);
    } else {
      WriteMap(suggestion, context.out);
      TellRest(suggestion, program.store, context);
    }
    return suggestion.unmatched.empty() ? ExitCode::kOk : ExitCode::kFinding;
  }

 private:
  static void WriteDocument(const Suggestion& suggestion, OutputStream& out) {
    JsonWriter json(out);
    json.BeginObject();
    json.StringField("schema", "thaw.suggest/1");
    json.Key("map");
    json.BeginArray();
    for (const MapEntry& entry : suggestion.map.entries()) WriteMapPair(entry, json);
    json.EndArray();
    json.RealField("score", suggestion.score);
    json.Key("unmatched_variables");
    json.BeginArray();
    for (const Suggestion::Unmatched& variable : suggestion.unmatched) {
      json.BeginObject();
      json.NameField("name", variable.name);
      json.StringField("why", variable.why);
      json.EndObject();
    }
    json.EndArray();
    json.NamesField("unused_tensors", suggestion.unused_tensors);
    json.EndObject();
    json.Finish();
  }

  // A map file, one pair a line.
  static void WriteMap(const Suggestion& suggestion, OutputStream& out) {
    const char* separator = "[\n  ";
    for (const MapEntry& entry : suggestion.map.entries()) {
      out.Write(separator);
      JsonWriter json(out);
      WriteMapPair(entry, json);
      separator = ",\n  ";
    }
    out.Write(suggestion.map.entries().empty() ? "[]\n" : "\n]\n");
  }

  static void TellRest(const Suggestion& suggestion, const VariableStore& store,
                       const CommandContext& context) {
    const std::size_t count = suggestion.unmatched.size();
    context.talk.Note(fmt::format("score {:.2f}; {} of {} variables unmatched, {} tensors unused",
                                  suggestion.score, count, store.variables().size(),
                                  GroupedText(suggestion.unused_tensors.size())));
    const std::size_t shown =
        context.options.verbose ? count : std::min<std::size_t>(count, kMaxUnmatched);
    for (std::size_t i = 0; i < shown; ++i) {
      context.talk.Note(fmt::format("unmatched: {}: {}",
                                    PrintableText(suggestion.unmatched[i].name),
                                    PrintableText(suggestion.unmatched[i].why)));
    }
    if (shown < count) context.talk.Note(fmt::format("and {} more (-v)", count - shown));
  }

  std::string path_;
  std::string model_path_;
};

}  // namespace

std::unique_ptr<Command> MakeSuggestCommand() { return std::make_unique<SuggestCommand>(); }

}  // namespace thaw
