#include "report/html.h"

#include <array>
#include <cstdio>

#include "output.h"

namespace client::report {

std::string escaped(const std::string &text) {
  std::string safe;
  for (char c : printable(text, true)) switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  return safe;
}

std::string element(const std::string &element, const std::string &kind, const std::string &inner) {
  return "<" + element + (kind.empty() ? "" : " class=\"" + kind + "\"") + ">" + inner + "</" + element + ">";
}

std::string coordinate(double number) {
  std::array<char, 32> text = {};
  std::snprintf(text.data(), text.size(), "%.1f", number);
  return text.data();
}

std::string name(const std::string &facts) { return element("span", "name", escaped(facts)); }

std::string badge(const std::string &kind, const std::string &text) {
  return element("span", "badge " + kind, escaped(text));
}

std::string table_of(const std::vector<std::string> &titles, const std::vector<std::vector<std::string>> &rows) {
  auto is_number = [&](size_t column) { return titles[column].starts_with('#'); };
  auto title = [&](size_t column) { return is_number(column) ? titles[column].substr(1) : titles[column]; };
  std::string text = "<table><thead><tr>";
  for (size_t i = 0; i < titles.size(); i++) text += element("th", is_number(i) ? "n" : "", title(i));
  text += "</tr></thead><tbody>\n";
  for (const auto &row : rows) {
    text += "<tr>";
    for (size_t i = 0; i < row.size(); i++) {
      std::string kind = is_number(i) ? " class=\"n\"" : "";
      text += "<td" + kind + " data-title=\"" + title(i) + "\">" + row[i] + "</td>";
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table>\n";
}

std::string section(const std::string &title, const std::string &words, const std::string &inner,
                    const std::string &kind) {
  return element("section", kind,
                 element("h2", "", title) + "\n" + (words.empty() ? "" : element("p", "soft", words) + "\n") + inner) +
         "\n";
}

}  // namespace client::report
