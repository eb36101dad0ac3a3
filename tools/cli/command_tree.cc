#include "tools/cli/command_tree.h"

#include <CLI/CLI.hpp>
#include <array>

#include "tools/cli/option_helpers.h"

namespace thaw {
namespace {

constexpr const char* kDescription = "Restores TensorFlow checkpoints without TensorFlow.";

}  // namespace

CommandTree::CommandTree(const CommandList& commands)
    : root_(std::make_unique<CLI::App>(kDescription, "thaw")) {
  root_->require_subcommand(1);
  root_->set_help_flag("-h,--help", "print this help and exit");
  root_->set_version_flag("--version", "thaw " THAW_VERSION, "print the version and exit");
  AddGlobalOptions();
  for (const auto& command : commands) {
    const CommandInfo& info = command->info();
    CLI::App* app = root_->add_subcommand(std::string(info.name), std::string(info.summary));
    // Global options may stand after the command, too.
    app->fallthrough();
    command->AddOptions(*app);
    nodes_.push_back({command.get(), app});
  }
}

CommandTree::~CommandTree() = default;

void CommandTree::AddGlobalOptions() {
  CLI::App& app = *root_;
  AddIntOption(app, "--threads", "N", &raw_.threads, 0,
               "threads to work with (default 0: all that this process may use)")
      ->take_last();
  AddChoiceOption(app, "--io", {"auto", "mmap", "pread", "direct"}, &io_choice_,
                  "how data files are read (default auto: by memory map what is in the "
                  "page cache, past it the rest)")
      ->take_last();
  AddSizeOption(app, "--memory-budget", &raw_.memory_budget,
                "most bytes of data in flight beside the results (default 256MiB)")
      ->take_last();
  AddFlag(app, "--no-verify", &no_verify_, "do not compare the checksums of tensor data");
  AddFlag(app, "-q,--quiet", &raw_.quiet, "no notes and no progress on stderr, only errors");
  AddFlag(app, "-v,--verbose", &raw_.verbose, "more notes on stderr");
  AddChoiceOption(app, "--progress", {"auto", "bar", "plain", "json", "none"}, &progress_choice_,
                  "how far it is, on stderr, for work longer than a second (default auto)")
      ->take_last();
  AddFlag(app, "--json", &raw_.json, "print one JSON document instead of text");
}

GlobalOptions CommandTree::globals() const {
  // In the order of the choices above.
  constexpr std::array kIoModes = {IoMode::kAuto, IoMode::kMmap, IoMode::kPread, IoMode::kDirect};
  constexpr std::array kProgressModes = {ProgressMode::kAuto, ProgressMode::kBar,
                                         ProgressMode::kPlain, ProgressMode::kJson,
                                         ProgressMode::kNone};
  GlobalOptions options = raw_;
  options.io = kIoModes[io_choice_];
  options.progress = kProgressModes[progress_choice_];
  options.verify = !no_verify_;
  return options;
}

const CommandTree::Node* CommandTree::chosen() const {
  for (const Node& node : nodes_) {
    if (node.app->parsed()) return &node;
  }
  return nullptr;
}

}  // namespace thaw
