#include "nodes.h"

#include "shell_word.h"

namespace client {

namespace {

// Runs a statement on a node, as the role that the target was reached as.
std::string psql(PGconn *target, const std::string &host, const std::string &port, const std::string &statement) {
  std::string command = "psql";
  for (const std::string &word :
       {std::string("-h"), host, std::string("-p"), port, std::string("-U"), std::string(PQuser(target)),
        std::string("-d"), std::string(PQdb(target)), std::string("-c"), statement})
    command.append(" ").append(shell_word(word));
  return command;
}

}  // namespace

std::vector<std::string> nodes_of_other_keys(Connection &target) {
  std::vector<std::string> sentences;
  if (target.value("SELECT count(*) FROM pg_extension WHERE extname = 'citus'") == "0") return sentences;
  Result nodes = target.query(R"(
SELECT n.nodename AS host, n.nodeport AS port, r.success, r.result
FROM run_command_on_all_nodes('SELECT confiture.key_id()') r
JOIN pg_dist_node n USING (nodeid)
WHERE NOT r.success OR r.result IS DISTINCT FROM confiture.key_id()
ORDER BY 1, 2)");
  PGconn *own = target.handle();
  for (int row = 0; row < nodes.rows(); row++) {
    std::string host = nodes.text(row, "host"), port = nodes.text(row, "port"), place = host;
    place.append(":").append(port);
    if (!nodes.is_true(row, "success")) {
      sentences.push_back(place + " does not say which masking key it has: " + nodes.text(row, "result"));
      continue;
    }
    // The key travels as data of COPY, which no log has.
    sentences.push_back(place.append(" has another masking key, with which functions in queries mask otherwise: ")
                            .append(psql(own, PQhost(own), PQport(own), "COPY confiture.masking_key (key) TO STDOUT"))
                            .append(" | ")
                            .append(psql(own, host, port, "COPY confiture.new_key FROM STDIN")));
  }
  return sentences;
}

}  // namespace client
