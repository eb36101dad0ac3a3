// TempFolder: a folder of a test's own, gone with everything in it when the test ends.

#ifndef THAW_TESTS_SUPPORT_TEMP_FOLDER_H_
#define THAW_TESTS_SUPPORT_TEMP_FOLDER_H_

#include <string>
#include <string_view>
#include <vector>

namespace thaw {

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string Path(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Writes a file, and the folders that its name has; returns its path.
  std::string Write(std::string_view name, std::string_view bytes) const;
  std::string Read(std::string_view name) const;
  // Names in the folder, sorted.
  std::vector<std::string> Names() const;

 private:
  std::string path_;
};

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_TEMP_FOLDER_H_
