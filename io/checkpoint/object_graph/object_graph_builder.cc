#include "io/checkpoint/object_graph/object_graph_builder.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "io/checkpoint/proto/trackable_object_graph.pb.h"

namespace thaw {
namespace {

using Object = tf::TrackableObjectGraph::TrackableObject;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// Our messages nest two deep below a node; the rest is room for unknown fields.
constexpr int kMaxNesting = 16;

constexpr std::uint32_t kNodesTag = WireFormatLite::MakeTag(
    tf::TrackableObjectGraph::kNodesFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);

// What an optimizer of Keras tracks besides slots: that of Keras 3 and the newer ones of Keras 2;
// the older ones.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kOptimizerMarks = {
    {{"_iterations", "_learning_rate"}, {"iter", "learning_rate"}}};
// The list of an optimizer's own variables; its other lists may hold the model's.
constexpr std::string_view kOwnVariables = "_variables";

Status NotParseable() { return DataLossError("the object graph is not parseable"); }

CodedInputStream StreamOf(ByteView bytes) {
  return CodedInputStream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
}

bool ParseObject(ByteView bytes, Object* object) {
  CodedInputStream input = StreamOf(bytes);
  input.SetRecursionLimit(kMaxNesting);
  return object->ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

}  // namespace

Result<ObjectGraph> ObjectGraphBuilder::Build(ByteView bytes) {
  THAW_RETURN_IF_ERROR(DecodeNodes(bytes));
  THAW_RETURN_IF_ERROR(CheckReferences());
  SortIndexes();
  FindFirstPaths();
  FindRoles();
  return std::move(graph_);
}

// One node at a time: a graph as messages takes many times its bytes.
Status ObjectGraphBuilder::DecodeNodes(ByteView bytes) {
  CodedInputStream input = StreamOf(bytes);
  input.SetRecursionLimit(kMaxNesting);
  google::protobuf::Arena arena;
  while (const std::uint32_t tag = input.ReadTag()) {
    if (tag != kNodesTag) {
      if (!WireFormatLite::SkipField(&input, tag)) return NotParseable();
      continue;
    }
    std::uint32_t length = 0;
    if (!input.ReadVarint32(&length)) return NotParseable();
    const auto start = static_cast<std::size_t>(input.CurrentPosition());
    if (!RangeFits(start, length, bytes.size())) return NotParseable();
    auto* object = google::protobuf::Arena::CreateMessage<Object>(&arena);
    if (!ParseObject(bytes.subspan(start, length), object)) return NotParseable();
    THAW_RETURN_IF_ERROR(AddNode(*object));
    arena.Reset();
    input.Skip(static_cast<int>(length));
  }
  if (!input.ConsumedEntireMessage()) return NotParseable();
  graph_.first_attribute_.push_back(static_cast<std::uint32_t>(graph_.attributes_.size()));
  return Status();
}

template <typename Message>
Status ObjectGraphBuilder::AddNode(const Message& object) {
  const auto node = static_cast<std::uint32_t>(graph_.num_nodes_++);
  graph_.first_attribute_.push_back(static_cast<std::uint32_t>(graph_.attributes_.size()));
  for (const auto& child : object.children()) {
    if (child.node_id() < 0) return BadReference(node, child.node_id());
    graph_.children_.push_back(
        {node, EscapeLocalName(child.local_name()), static_cast<std::uint32_t>(child.node_id())});
  }
  for (const auto& attribute : object.attributes()) {
    graph_.attributes_.push_back(
        {node, attribute.name(), attribute.full_name(), attribute.checkpoint_key()});
  }
  for (const auto& slot : object.slot_variables()) {
    for (const std::int32_t id : {slot.original_variable_node_id(), slot.slot_variable_node_id()}) {
      if (id < 0) return BadReference(node, id);
    }
    graph_.slots_.push_back({node, static_cast<std::uint32_t>(slot.original_variable_node_id()),
                             static_cast<std::uint32_t>(slot.slot_variable_node_id()),
                             slot.slot_name()});
  }
  return Status();
}

Status ObjectGraphBuilder::BadReference(std::uint32_t node, std::int64_t id) const {
  return DataLossError("object " + std::to_string(node) + " of the object graph refers to object " +
                       std::to_string(id) + ", which is not there");
}

Status ObjectGraphBuilder::CheckReferences() const {
  const auto is_there = [this](std::uint32_t node) { return node < graph_.num_nodes_; };
  for (const ObjectGraph::Child& child : graph_.children_) {
    if (!is_there(child.node)) return BadReference(child.parent, child.node);
  }
  for (const SlotVariable& slot : graph_.slots_) {
    for (const std::uint32_t node : {slot.original, slot.slot}) {
      if (!is_there(node)) return BadReference(slot.optimizer, node);
    }
  }
  return Status();
}

void ObjectGraphBuilder::SortIndexes() {
  const std::vector<ObjectAttribute>& attributes = graph_.attributes_;
  graph_.by_full_name_.resize(attributes.size());
  std::iota(graph_.by_full_name_.begin(), graph_.by_full_name_.end(), 0u);
  graph_.by_key_ = graph_.by_full_name_;
  std::ranges::stable_sort(graph_.by_full_name_, {}, [&](std::uint32_t a) -> std::string_view {
    return attributes[a].full_name;
  });
  std::ranges::stable_sort(graph_.by_key_, {},
                           [&](std::uint32_t a) -> std::string_view { return attributes[a].key; });
}

// Breadth first, children in the order of the file, as TensorFlow makes keys of paths.
void ObjectGraphBuilder::FindFirstPaths() {
  std::vector<ObjectGraph::Child>& children = graph_.children_;
  const std::size_t num_nodes = graph_.num_nodes_;
  // They are still grouped by parent, in order.
  std::vector<std::uint32_t> reached_by(num_nodes, ObjectGraph::kNotReached);
  std::vector<std::uint32_t> queue;
  if (num_nodes > 0) queue.push_back(0);
  for (std::size_t next = 0; next < queue.size(); ++next) {
    auto child = std::ranges::lower_bound(children, queue[next], {}, &ObjectGraph::Child::parent);
    for (; child != children.end() && child->parent == queue[next]; ++child) {
      if (child->node == 0 || reached_by[child->node] != ObjectGraph::kNotReached) continue;
      reached_by[child->node] = static_cast<std::uint32_t>(child - children.begin());
      queue.push_back(child->node);
    }
  }
  // Sorts the children by name, and carries what refers to them along.
  std::vector<std::uint32_t> order(children.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t c) {
    return std::pair<std::uint32_t, std::string_view>(children[c].parent, children[c].name);
  });
  std::vector<std::uint32_t> place(children.size());
  std::vector<ObjectGraph::Child> sorted(children.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    sorted[i] = std::move(children[order[i]]);
  }
  children = std::move(sorted);
  for (std::uint32_t& child : reached_by) {
    if (child != ObjectGraph::kNotReached) child = place[child];
  }
  graph_.reached_by_ = std::move(reached_by);
}

bool ObjectGraphBuilder::IsKerasOptimizer(std::uint32_t node) const {
  return std::ranges::any_of(kOptimizerMarks, [&](const auto& marks) {
    return graph_.FindChild(node, marks.first) && graph_.FindChild(node, marks.second);
  });
}

void ObjectGraphBuilder::MarkOptimizerState(std::uint32_t optimizer) {
  const auto mark_children = [this](std::uint32_t parent) {
    auto child =
        std::ranges::lower_bound(graph_.children_, parent, {}, &ObjectGraph::Child::parent);
    for (; child != graph_.children_.end() && child->parent == parent; ++child) {
      graph_.roles_[child->node] = OptimizerRole::kState;
    }
  };
  mark_children(optimizer);
  if (const auto list = graph_.FindChild(optimizer, kOwnVariables)) mark_children(*list);
}

void ObjectGraphBuilder::FindRoles() {
  graph_.roles_.assign(graph_.num_nodes_, OptimizerRole::kNone);
  std::vector<bool> is_optimizer(graph_.num_nodes_, false);
  for (const SlotVariable& slot : graph_.slots_) is_optimizer[slot.optimizer] = true;
  for (std::uint32_t node = 0; node < graph_.num_nodes_; ++node) {
    if (is_optimizer[node] || IsKerasOptimizer(node)) MarkOptimizerState(node);
  }
  for (const SlotVariable& slot : graph_.slots_) {
    graph_.roles_[slot.slot] = OptimizerRole::kSlot;
  }
}

}  // namespace thaw
