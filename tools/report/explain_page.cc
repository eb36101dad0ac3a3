#include "tools/report/explain_page.h"

#include <memory>
#include <string_view>

#include "io/storage/atomic_file.h"
#include "tools/print/json_writer.h"
#include "tools/report/explain_page_template.h"
#include "tools/report/report_document.h"

namespace thaw {
namespace {

// Where the data goes, once in the template.
constexpr std::string_view kPlace = "@DATA@";

void WriteTensors(const CheckpointReader& checkpoint, JsonWriter& json) {
  json.Key("tensors");
  json.BeginArray();
  for (std::size_t i = 0; i < checkpoint.num_tensors(); ++i) {
    const TensorInfo tensor = checkpoint.tensor(i);
    std::uint64_t bytes = 0;
    for (const StoredPart& part : tensor.parts) bytes += part.extent.length;
    json.BeginObject();
    json.NameField("name", tensor.name);
    json.StringField("dtype", DTypeName(tensor.dtype));
    json.IntegersField("shape", tensor.shape);
    json.UnsignedField("bytes", bytes);
    json.EndObject();
  }
  json.EndArray();
}

// In JSON "<" stands in strings only, where an escape means the same. Without it nothing in the
// data can end the script or begin a comment or an element.
std::string WithoutMarkup(std::string_view json) {
  std::string escaped;
  escaped.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      escaped += "\\u003c";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string ExplainPage(const Report& report, const CheckpointReader& checkpoint) {
  std::string data;
  OutputStream out(&data);
  JsonWriter json(out);
  json.BeginObject();
  json.StringField("schema", "thaw.explain/1");
  WriteReportFields(report, json);
  WriteTensors(checkpoint, json);
  json.EndObject();

  const std::size_t place = kExplainPageTemplate.find(kPlace);
  std::string page(kExplainPageTemplate.substr(0, place));
  page += WithoutMarkup(data);
  page += kExplainPageTemplate.substr(place + kPlace.size());
  return page;
}

Status WriteExplainPage(const Report& report, const CheckpointReader& checkpoint,
                        const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                        AtomicFile::Create(path, IfExists::kReplace));
  THAW_RETURN_IF_ERROR(file->Append(AsBytes(ExplainPage(report, checkpoint))));
  return file->Publish();
}

}  // namespace thaw
