// Media types by the extension of a name, and which of them a browser may show inside our origin.
// Pure functions.
#pragma once

#include <string_view>

namespace yundisk::http {

// "image/jpeg" for "A.JPG"; text types carry "; charset=utf-8"; "application/octet-stream" when the
// extension is unknown.
std::string_view MediaTypeOf(std::string_view name);

// True for types that cannot run script as a page of our origin: raster images, audio, video, PDF,
// plain text. Everything else (HTML, SVG, XML, JavaScript, ...) is sent as an attachment.
bool IsSafeInline(std::string_view media_type);

}  // namespace yundisk::http
