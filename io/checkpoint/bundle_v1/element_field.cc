#include "io/checkpoint/bundle_v1/element_field.h"

namespace thaw {

std::optional<ElementField> ElementFieldOf(DType dtype) {
  using Form = ElementField::Form;
  switch (dtype) {
    case DType::kFloat32:
      return ElementField{5, Form::kFixed, 4};
    case DType::kFloat64:
      return ElementField{6, Form::kFixed, 8};
    case DType::kComplex64:
      return ElementField{9, Form::kFixed, 8};
    case DType::kComplex128:
      return ElementField{12, Form::kFixed, 16};
    case DType::kInt8:
    case DType::kInt16:
    case DType::kInt32:
    case DType::kQInt8:
    case DType::kQInt32:
      return ElementField{7, Form::kVarint, 10};
    case DType::kUInt8:
    case DType::kQUInt8:
      return ElementField{7, Form::kVarint, 2};
    case DType::kUInt16:
      return ElementField{7, Form::kVarint, 3};
    case DType::kInt64:
      return ElementField{10, Form::kVarint, 10};
    case DType::kBool:
      return ElementField{11, Form::kVarint, 1};
    case DType::kFloat16:
      return ElementField{13, Form::kVarint, 3};
    case DType::kString:
      return ElementField{8, Form::kBytes, 10};
    default:
      return std::nullopt;
  }
}

}  // namespace thaw
