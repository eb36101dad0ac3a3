// The printed forms of TensorValues.

#include <fmt/format.h>

#include <algorithm>

#include "tools/print/name_text.h"
#include "tools/values/element_values.h"
#include "tools/values/tensor_values.h"

namespace thaw {
namespace {

// More empty lists than this are not printed.
constexpr std::int64_t kMaxEmptyLists = 1'000'000;

// numpy.set_printoptions: threshold and edgeitems.
constexpr std::size_t kElisionThreshold = 1000;
constexpr std::int64_t kEdgeItems = 3;

// Lists that a tensor without elements nests: the product of the dimensions before the first 0.
std::int64_t NumEmptyLists(Dims shape) {
  std::int64_t lists = 1;
  for (const std::int64_t dim : shape) {
    if (dim == 0 || lists > kMaxEmptyLists) break;
    if (__builtin_mul_overflow(lists, dim, &lists)) return kMaxEmptyLists + 1;
  }
  return lists;
}

void WriteOne(const TensorValues& values, std::size_t index, JsonWriter& json) {
  if (values.dtype == DType::kString) {
    json.BeginObject();
    json.StringField("base64", Base64(values.strings[index]));
    json.EndObject();
  } else {
    WriteElement(values.dtype, values.element(index), json);
  }
}

// Dimension `d` and those inside it, from element *next on.
void WriteList(const TensorValues& values, std::size_t d, std::size_t* next, JsonWriter& json) {
  if (d == values.shape.size()) return WriteOne(values, (*next)++, json);
  json.BeginArray();
  for (std::int64_t i = 0; i < values.shape[d]; ++i) WriteList(values, d + 1, next, json);
  json.EndArray();
}

class Printer {
 public:
  explicit Printer(const TensorValues& values)
      : values_(values), elides_(values.num_elements() > kElisionThreshold) {
    // Elements inside one step of each dimension.
    strides_.resize(values.shape.size(), 1);
    for (std::size_t d = values.shape.size(); d-- > 1;) {
      strides_[d - 1] = strides_[d] * static_cast<std::size_t>(values.shape[d]);
    }
  }

  std::string Print() {
    if (values_.num_elements() == 0) return "[]";
    VisitShown(0, 0,
               [&](std::size_t index) { width_ = std::max(width_, DisplayWidth(TextOf(index))); });
    Append(0, 0);
    return std::move(text_);
  }

 private:
  std::string TextOf(std::size_t index) const {
    if (values_.dtype != DType::kString) return ElementText(values_.dtype, values_.element(index));
    constexpr std::size_t kMaxShown = 120;  // bytes of one string
    const std::string_view all = values_.strings[index];
    std::string text = "'" + PrintableText(all.substr(0, kMaxShown)) + "'";
    if (all.size() > kMaxShown) text += fmt::format("... ({} bytes)", all.size());
    return text;
  }

  bool IsElided(std::size_t d, std::int64_t i) const {
    return elides_ && i >= kEdgeItems && i < values_.shape[d] - kEdgeItems;
  }

  template <typename Visit>
  void VisitShown(std::size_t d, std::size_t index, const Visit& visit) const {
    if (d == values_.shape.size()) return visit(index);
    for (std::int64_t i = 0; i < values_.shape[d]; ++i) {
      if (IsElided(d, i)) i = values_.shape[d] - kEdgeItems;
      VisitShown(d + 1, index + static_cast<std::size_t>(i) * strides_[d], visit);
    }
  }

  void Append(std::size_t d, std::size_t index) {
    if (d == values_.shape.size()) {
      const std::string element = TextOf(index);
      text_.append(width_ - DisplayWidth(element), ' ');
      text_ += element;
      return;
    }
    const bool is_row = d + 1 == values_.shape.size();
    const std::string separator = is_row ? ", " : ",\n" + std::string(d + 1, ' ');
    text_ += '[';
    for (std::int64_t i = 0; i < values_.shape[d]; ++i) {
      if (i > 0) text_ += separator;
      if (IsElided(d, i)) {
        text_ += "..." + separator;
        i = values_.shape[d] - kEdgeItems;
      }
      Append(d + 1, index + static_cast<std::size_t>(i) * strides_[d]);
    }
    text_ += ']';
  }

  const TensorValues& values_;
  const bool elides_;
  std::vector<std::size_t> strides_;
  std::size_t width_ = 0;
  std::string text_;
};

}  // namespace

Status CheckPrintable(const TensorValues& values) {
  if (values.num_elements() > 0 || NumEmptyLists(values.shape) <= kMaxEmptyLists) return Status();
  return ResourceExhaustedError("the tensor has no elements, but millions of empty rows")
      .WithTfClass(Status::kNoTfClass);
}

void WriteValues(const TensorValues& values, JsonWriter& json) {
  std::size_t next = 0;
  WriteList(values, 0, &next, json);
}

std::string ValuesText(const TensorValues& values) { return Printer(values).Print(); }

}  // namespace thaw
