#include "common/http/media_type.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace yundisk::http {
namespace {

constexpr std::string_view kUnknown = "application/octet-stream";
constexpr std::size_t kExtensionBytesMax = 12;

struct Type {
  std::string_view extension;
  std::string_view media_type;
};

// Sorted by extension, for the binary search.
constexpr std::array kTypes{
    Type{"3gp", "video/3gpp"},
    Type{"7z", "application/x-7z-compressed"},
    Type{"aac", "audio/aac"},
    Type{"apng", "image/apng"},
    Type{"ass", "text/plain; charset=utf-8"},
    Type{"avi", "video/x-msvideo"},
    Type{"avif", "image/avif"},
    Type{"bmp", "image/bmp"},
    Type{"bz2", "application/x-bzip2"},
    Type{"c", "text/plain; charset=utf-8"},
    Type{"cc", "text/plain; charset=utf-8"},
    Type{"conf", "text/plain; charset=utf-8"},
    Type{"cpp", "text/plain; charset=utf-8"},
    Type{"css", "text/css; charset=utf-8"},
    Type{"csv", "text/csv; charset=utf-8"},
    Type{"deb", "application/vnd.debian.binary-package"},
    Type{"doc", "application/msword"},
    Type{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    Type{"epub", "application/epub+zip"},
    Type{"flac", "audio/flac"},
    Type{"flv", "video/x-flv"},
    Type{"gif", "image/gif"},
    Type{"gz", "application/gzip"},
    Type{"h", "text/plain; charset=utf-8"},
    Type{"heic", "image/heic"},
    Type{"heif", "image/heif"},
    Type{"htm", "text/html; charset=utf-8"},
    Type{"html", "text/html; charset=utf-8"},
    Type{"ico", "image/x-icon"},
    Type{"ini", "text/plain; charset=utf-8"},
    Type{"iso", "application/x-iso9660-image"},
    Type{"jar", "application/java-archive"},
    Type{"jpeg", "image/jpeg"},
    Type{"jpg", "image/jpeg"},
    Type{"js", "text/javascript; charset=utf-8"},
    Type{"json", "application/json"},
    Type{"jxl", "image/jxl"},
    Type{"log", "text/plain; charset=utf-8"},
    Type{"m2ts", "video/mp2t"},
    Type{"m3u", "audio/x-mpegurl"},
    Type{"m3u8", "application/vnd.apple.mpegurl"},
    Type{"m4a", "audio/mp4"},
    Type{"m4v", "video/mp4"},
    Type{"md", "text/markdown; charset=utf-8"},
    Type{"mid", "audio/midi"},
    Type{"midi", "audio/midi"},
    Type{"mjs", "text/javascript; charset=utf-8"},
    Type{"mkv", "video/x-matroska"},
    Type{"mov", "video/quicktime"},
    Type{"mp3", "audio/mpeg"},
    Type{"mp4", "video/mp4"},
    Type{"mpeg", "video/mpeg"},
    Type{"mpg", "video/mpeg"},
    Type{"odp", "application/vnd.oasis.opendocument.presentation"},
    Type{"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    Type{"odt", "application/vnd.oasis.opendocument.text"},
    Type{"oga", "audio/ogg"},
    Type{"ogg", "audio/ogg"},
    Type{"ogv", "video/ogg"},
    Type{"opus", "audio/ogg"},
    Type{"otf", "font/otf"},
    Type{"pdf", "application/pdf"},
    Type{"png", "image/png"},
    Type{"ppt", "application/vnd.ms-powerpoint"},
    Type{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    Type{"py", "text/plain; charset=utf-8"},
    Type{"rar", "application/vnd.rar"},
    Type{"rtf", "application/rtf"},
    Type{"sh", "text/plain; charset=utf-8"},
    Type{"srt", "text/plain; charset=utf-8"},
    Type{"svg", "image/svg+xml"},
    Type{"tar", "application/x-tar"},
    Type{"tgz", "application/gzip"},
    Type{"tif", "image/tiff"},
    Type{"tiff", "image/tiff"},
    Type{"toml", "text/plain; charset=utf-8"},
    Type{"ts", "video/mp2t"},
    Type{"ttf", "font/ttf"},
    Type{"txt", "text/plain; charset=utf-8"},
    Type{"vtt", "text/vtt; charset=utf-8"},
    Type{"wasm", "application/wasm"},
    Type{"wav", "audio/wav"},
    Type{"weba", "audio/webm"},
    Type{"webm", "video/webm"},
    Type{"webp", "image/webp"},
    Type{"wmv", "video/x-ms-wmv"},
    Type{"woff", "font/woff"},
    Type{"woff2", "font/woff2"},
    Type{"xhtml", "application/xhtml+xml"},
    Type{"xls", "application/vnd.ms-excel"},
    Type{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    Type{"xml", "application/xml"},
    Type{"xz", "application/x-xz"},
    Type{"yaml", "text/plain; charset=utf-8"},
    Type{"yml", "text/plain; charset=utf-8"},
    Type{"zip", "application/zip"},
    Type{"zst", "application/zstd"},
};
static_assert(std::ranges::is_sorted(kTypes, {}, &Type::extension));

}  // namespace

std::string_view MediaTypeOf(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  // ".profile" has no extension: its dot hides it.
  if (dot == std::string_view::npos || dot == 0) return kUnknown;
  std::string extension(name.substr(dot + 1));
  if (extension.size() > kExtensionBytesMax) return kUnknown;
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) {
    return static_cast<char>(c < 128 ? std::tolower(c) : c);
  });
  const auto* const found =
      std::ranges::lower_bound(kTypes, std::string_view(extension), {}, &Type::extension);
  return found != kTypes.end() && found->extension == extension ? found->media_type : kUnknown;
}

bool IsSafeInline(std::string_view media_type) {
  if (media_type.starts_with("image/")) return !media_type.starts_with("image/svg");
  return media_type.starts_with("audio/") || media_type.starts_with("video/") ||
         media_type == "application/pdf" || media_type.starts_with("text/plain");
}

}  // namespace yundisk::http
