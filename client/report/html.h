// Pieces of HTML.
#pragma once

#include <string>
#include <vector>

namespace client::report {

// Escapes text for HTML; names may contain anything.
std::string escaped(const std::string &text);

// <element class="kind">inner</element>; `inner` is HTML.
std::string element(const std::string &element, const std::string &kind, const std::string &inner);

// A coordinate of SVG.
std::string coordinate(double number);

// The name of a table or column, or text in a coloured badge: both are escaped here.
std::string name(const std::string &facts);
std::string badge(const std::string &kind, const std::string &text);

// A table of cells in HTML, which a narrow screen shows as a list for each row. A title that begins with # marks a
// column of numbers.
std::string table_of(const std::vector<std::string> &titles, const std::vector<std::vector<std::string>> &rows);

// A part of the page. `words` is HTML, and says how to read what follows. `kind`: "bad" for an alarm.
std::string section(const std::string &title, const std::string &words, const std::string &inner,
                    const std::string &kind = "");

}  // namespace client::report
