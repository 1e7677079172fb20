// key: the secret that all keyed strategies derive from.
#include <nlohmann/json.hpp>

#include <memory>

#include "key_file.h"
#include "nodes.h"
#include "terminal.h"
#include "commands/commands.h"

namespace client::commands {

namespace {

void show(const Session &session, const std::string &id) {
  session.out.data(session.out.json ? pretty_json(nlohmann::ordered_json{{"key_id", id}}) : id + "\n");
}

cli::Command id(Session &session) {
  cli::Command command;
  command.name = "id";
  command.summary = "Show the fingerprint of the masking key";
  command.description = "Databases with the same fingerprint mask alike. It reveals nothing of the key.";
  command.example = "confiture key id";
  command.run = [&session] {
    Connection target = session.connect();
    show(session, key_id(target));
    return ExitCode::done;
  };
  return command;
}

cli::Command export_key(Session &session) {
  auto file = std::make_shared<std::string>();
  cli::Command command;
  command.name = "export";
  command.summary = "Write the masking key to a file that you alone can read";
  command.description =
      "Whoever has the key can find out which value a masked one was made of: keep the file as you keep passwords. Only "
      "the owner of the extension and superusers may read the key.";
  command.example = "confiture key export -o masking.key";
  command.options = {{
      .names = "-o,--output",
      .value = "FILE",
      .destination = file.get(),
      .help = "File to create, with mode 0600",
      .required = true,
      .completion = cli::Completion::files,
  }};
  command.run = [file, &session] {
    Connection target = session.connect();
    std::string key = target.value("SELECT key FROM confiture.masking_key");
    if (!key.starts_with("\\x"))
      throw Error(ExitCode::failed, "the masking key is not visible to " + target.value("SELECT CURRENT_USER"),
                  "Connect as the owner of the extension, or as a superuser.");
    write_key_file(*file, key.substr(2));
    session.out.note(printable("The key " + key_id(target) + " is in " + *file + "."));
    if (session.out.json) show(session, key_id(target));
    return ExitCode::done;
  };
  return command;
}

// Keys are replaced in a transaction that a no rolls back.
ExitCode replace(Session &session, bool yes, const std::function<std::string(Connection &)> &make) {
  Connection target = session.connect();
  std::string before = key_id(target);
  Transaction all(target);
  std::string after = make(target);
  if (after == before) {
    session.out.note("The key is " + before + " already.");
    show(session, before);
    return ExitCode::done;
  }
  session.out.note("The key " + before + " is replaced by " + after +
                   ". Values are masked otherwise from now on: rows that were copied before no longer match new ones.");
  if (!yes && !confirm("Continue?", "Give --yes.")) return ExitCode::failed;
  all.commit();
  for (const std::string &other : nodes_of_other_keys(target)) session.out.note(printable(other));
  show(session, after);
  return ExitCode::done;
}

struct Options {
  std::string file;
  bool yes = false;
};

cli::Command import_key(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "import";
  command.summary = "Take the masking key from a file";
  command.description = "The key goes to the target as data of COPY, which no setting of a server logs.";
  command.example = "confiture key import masking.key";
  command.options = {
      {
          .names = "FILE",
          .destination = &options->file,
          .help = "The file that \"key export\" wrote, or \"openssl rand -hex 32\"; mode 0600",
          .required = true,
          .completion = cli::Completion::files,
      },
      {"-y,--yes", "", &options->yes, "Do not ask for confirmation"},
  };
  command.run = [options, &session] {
    return replace(session, options->yes,
                   [&](Connection &target) { return set_key(target, read_key_file(options->file)); });
  };
  return command;
}

cli::Command rotate(Session &session) {
  auto options = std::make_shared<Options>();
  cli::Command command;
  command.name = "rotate";
  command.summary = "Replace the masking key by a new random one";
  command.description = "For a key that others may know. The next sync writes every masked value anew.";
  command.example = "confiture key rotate";
  command.options = {{"-y,--yes", "", &options->yes, "Do not ask for confirmation"}};
  command.run = [options, &session] {
    return replace(session, options->yes,
                   [](Connection &target) { return target.value("SELECT confiture.rotate_key()"); });
  };
  return command;
}

}  // namespace

cli::Command key(Session &session) {
  cli::Command command;
  command.name = "key";
  command.summary = "The masking key: id, export, import, rotate";
  command.commands = {id(session), export_key(session), import_key(session), rotate(session)};
  return command;
}

}  // namespace client::commands
