// What PostgreSQL Anonymizer 3 exports: anon.export_current_database_rules().
#pragma once

#include "rules/imported.h"

namespace client::rules {

bool is_anon_json(const Json &document);
Imported read_anon_json(const Json &document, const std::string &file);

}  // namespace client::rules
