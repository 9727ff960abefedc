// Runs a fuzz target over the files of its corpus once, without libFuzzer: every test run replays
// what fuzzing has found. Prints a line of TAP for each file; an input that the target cannot stand
// ends the program.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::vector<std::uint8_t> Content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " CORPUS_FOLDER\n";
    return 2;
  }
  int number = 0;
  for (const auto& path : FilesIn(argv[1])) {
    const auto content = Content(path);
    LLVMFuzzerTestOneInput(content.data(), content.size());
    std::cout << "ok " << ++number << " - " << path.filename().string() << '\n' << std::flush;
  }
  return number > 0 ? 0 : 1;
}
