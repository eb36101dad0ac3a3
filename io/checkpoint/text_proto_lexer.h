// TextProtoLexer: the tokens of protocol buffers' text form.
//
// Role in the flow: below checkpoint_state's parser. It must not know any message; it follows the
// lexer of protobuf's Python text_format, whose leniency decides which files TensorFlow reads.

#ifndef THAW_IO_CHECKPOINT_TEXT_PROTO_LEXER_H_
#define THAW_IO_CHECKPOINT_TEXT_PROTO_LEXER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "io/base/result.h"

namespace thaw {

// Walks over a text that outlives it. One thread. Untrusted input: yes.
class TextProtoLexer {
 public:
  explicit TextProtoLexer(std::string_view text) : text_(text) { Next(); }

  bool at_end() const { return token_.empty(); }
  // An identifier, a number, a quoted string with its quotes, or one other character.
  std::string_view token() const { return token_; }
  // Of the current token, counted from 1.
  std::size_t line() const { return line_; }

  void Next();
  // Takes the token when it is `symbol`.
  bool TryTake(std::string_view symbol);

  // The value of one or more adjacent quoted strings.
  // Errors: InvalidArgument  not a string, no closing quote on the line, a malformed escape, not
  //                          UTF-8 in the end.
  Result<std::string> TakeString();
  // A number as Python's float reads it, or "inf", "nan", with an "f" behind or not.
  // Errors: InvalidArgument.
  Result<double> TakeDouble();

 private:
  void SkipSpaceAndComments();
  std::size_t TokenLength() const;
  std::size_t QuotedLength() const;

  std::string_view text_;  // from the current token on
  std::string_view token_;
  std::size_t line_ = 1;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_TEXT_PROTO_LEXER_H_
