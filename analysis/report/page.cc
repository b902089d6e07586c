#include "analysis/report/page.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "sim/digest.h"

namespace firedrill::analysis {
namespace {

std::string joined(std::span<const std::string_view> pieces) {
  std::string text;
  for (const std::string_view piece : pieces)
    text.append(piece);
  return text;
}

/// RFC 4648, section 4.
std::string base64(const sim::Digest& digest) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < digest.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = i; j < i + 3; ++j)
      bits = (bits << 8U) | (j < digest.size() ? digest.at(j) : 0U);
    for (std::size_t j = 0; j < 4; ++j) {
      const bool padding = i + j > digest.size();
      text.push_back(padding ? '=' : alphabet[(bits >> (18U - 6U * j)) & 63U]);
    }
  }
  return text;
}

std::string source_of(std::string_view text) {
  sim::Sha256 sha256;
  sha256.update(text);
  return "'sha256-" + base64(sha256.digest()) + "'";
}

}  // namespace

void write_page(timeline::Output& output, std::span<const std::string> runs) {
  const PageParts& parts = page_parts();
  const std::string index = joined(parts.index);
  const std::string style = joined(parts.style);
  const std::string d3 = joined(parts.d3);
  const std::string script = joined(parts.script);
  const std::string policy = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " +
                             source_of(style) + "; script-src " + source_of(d3) + " " +
                             source_of(script);

  std::string_view rest = index;
  const auto write_up_to = [&](std::string_view mark) {
    const std::size_t at = rest.find(mark);
    if (at == std::string_view::npos) throw std::logic_error("the page has no place for a part");
    output.write(rest.substr(0, at));
    rest.remove_prefix(at + mark.size());
  };
  write_up_to("@POLICY@");
  output.write(policy);
  write_up_to("@STYLE@");
  output.write(style);
  write_up_to("@RUNS@");
  for (const std::string& run : runs) {
    output.write("<script type=\"application/json\" class=\"run\">");
    output.write(run);
    output.write("</script>\n");
  }
  write_up_to("@D3@");
  output.write(d3);
  write_up_to("@SCRIPT@");
  output.write(script);
  output.write(rest);
}

}  // namespace firedrill::analysis
