#include "tools/print/error_output.h"

namespace thaw {

void WriteErrorFields(const Status& status, JsonWriter& json) {
  json.StringField("code", StatusCodeName(status.code()));
  if (const std::string tf_class = status.tf_class(); !tf_class.empty()) {
    json.StringField("tf_class", tf_class);
  }
  json.StringField("message", status.message());
}

void WriteErrorDocument(const Status& status, std::optional<FindingCode> finding,
                        OutputStream& out) {
  JsonWriter json(out);
  json.BeginObject();
  json.StringField("schema", "thaw.error/1");
  json.Key("error");
  json.BeginObject();
  WriteErrorFields(status, json);
  if (!status.file().empty()) json.NameField("file", status.file());
  if (!status.tensor().empty()) json.NameField("tensor", status.tensor());
  if (status.shard()) json.IntegerField("shard", *status.shard());
  if (status.offset()) json.UnsignedField("offset", *status.offset());
  if (!status.hint().empty()) json.StringField("hint", status.hint());
  if (finding) json.StringField("finding", FindingCodeName(*finding));
  json.EndObject();
  json.EndObject();
  json.Finish();
}

}  // namespace thaw
