// How a run's progress looks: bars, figures, and screens of every width.
#include <gtest/gtest.h>

#include "output.h"
#include "run/draw.h"

using namespace client;
using run::Amount;

namespace {

run::RunProgress example() {
  run::RunProgress one;
  one.id = "7";
  one.server = "prod";
  one.phase = "running";
  one.tables = 5;
  one.tables_over = 1;
  one.workers = 2;
  one.seconds = 12;
  one.has_total = true;
  one.total = {2614692, 0.81, 247114};
  one.running = {{"public.customers", "copying", {169999, 0.56, 124952}},
                 {"public.\033[2Jorders", "copying", {1544693, run::unknown, 144596}}};
  return one;
}

std::string picture(const run::RunProgress &of, const Screen &on) {
  std::string text;
  for (const std::string &line : run::draw({of}, on)) text += line + "\n";
  return text;
}

TEST(draw, a_run) {
  EXPECT_EQ(picture(example(), {90, 24, true, false}),
            "run 7 · prod · 1 of 5 tables · 0:12 · 2 workers\n"
            "public.customers      ━━━━━━━━━━━━╸──────────   56%    169,999 rows  124,952/s  0:01 left\n"
            "public.\\x1b[2Jorders  ───────────────────────        1,544,693 rows  144,596/s\n"
            "total                 ━━━━━━━━━━━━━━━━━━╸────   81%  2,614,692 rows  247,114/s  0:02 left\n");
}

TEST(draw, what_comes_after_the_rows) {
  run::RunProgress closing = example();
  closing.running.clear();
  closing.tables_over = 5;
  closing.step = "foreign keys";
  closing.step_done = 3;
  closing.step_total = 18;
  EXPECT_NE(picture(closing, {90, 24, true, false}).find("  2,614,692 rows  foreign keys 3/18"), std::string::npos);
  EXPECT_EQ(run::log_line(closing), "run 7: 5 of 5 tables, 81%, 2,614,692 rows, foreign keys 3/18");
  closing.step = "sequences";
  closing.step_total = 0;
  EXPECT_EQ(run::log_line(closing), "run 7: 5 of 5 tables, 81%, 2,614,692 rows, sequences");
}

TEST(draw, bytes_and_tables_to_come) {
  run::RunProgress more = example();
  more.byte_rate = 12.3e6;
  more.tables_waiting = 2;
  EXPECT_TRUE(picture(more, {90, 24, true, false})
                  .starts_with("run 7 · prod · 1 of 5 tables (2 to come) · 0:12 · 2 workers · 12 MB/s\n"));
}

TEST(draw, what_it_waits_for) {
  run::RunProgress waiting = example();
  waiting.waiting_for = "waiting for a lock on public.orders held by pid 123, idle in transaction since 14:02";
  std::string shown = picture(waiting, {90, 24, true, false});
  EXPECT_TRUE(shown.ends_with("0:02 left\n" + waiting.waiting_for + "\n")) << shown;
  EXPECT_TRUE(picture(waiting, {40, 24, false, false}).ends_with("\nwaiting for a lock on public.orders he~\n"));
  EXPECT_EQ(picture(waiting, {24, 24, true, false}), picture(example(), {24, 24, true, false}));
  EXPECT_EQ(run::log_line(waiting), "run 7: 1 of 5 tables, 81%, 2,614,692 rows, " + waiting.waiting_for);
}

TEST(draw, in_ascii) {
  Screen narrow{60, 24, false, false};
  EXPECT_EQ(picture(example(), narrow),
            "run 7, prod, 1 of 5 tables, 0:12, 2 workers\n"
            "public.customers      [#######......]   56%    169,999 rows\n"
            "public.\\x1b[2Jorders  [.............]        1,544,693 rows\n"
            "total                 [##########...]   81%  2,614,692 rows\n");
}

TEST(draw, never_wider_than_the_screen) {
  for (bool utf8 : {false, true})
    for (int width = 1; width < 200; width++)
      for (const std::string &line : run::draw({example()}, {width, 24, utf8, false}))
        EXPECT_LT(display_width(line), std::max(width, 2)) << line;
}

TEST(draw, what_is_left_on_a_narrow_screen) {
  EXPECT_EQ(picture(example(), {24, 24, true, false}),
            "run 7 · prod · 1 of 5 …\n 56%    169,999 rows\n      1,544,693 rows\n 81%  2,614,692 rows\n");
  EXPECT_EQ(picture(example(), {9, 24, true, false}), "run 7 ·…\n 56%\n\n 81%\n");
  EXPECT_EQ(run::fitting("planning", {6, 24, false, false}), "plan~");
}

TEST(draw, as_many_tables_as_fit) {
  run::RunProgress many = example();
  for (int i = 0; i < 100; i++) many.running.push_back(many.running.front());
  auto lines = run::draw({many}, {80, 24, true, false});
  EXPECT_LT(lines.size(), 24U);
  EXPECT_NE(lines.back().find("and 82 more, in all"), std::string::npos) << lines.back();
}

TEST(draw, never_higher_than_the_screen) {
  run::RunProgress many = example();
  for (int i = 0; i < 100; i++) many.running.push_back(many.running.front());
  for (int height = 1; height < 40; height++)
    for (size_t runs : {1, 3, 20})
      EXPECT_LE(run::draw(std::vector(runs, many), {80, height, true, false}).size(),
                static_cast<size_t>(std::max(1, height - 1)));
}

TEST(draw, colours_only_where_wanted) {
  EXPECT_NE(picture(example(), {80, 24, true, true}).find("\033["), std::string::npos);
  EXPECT_EQ(picture(example(), {80, 24, true, false}).find("\033["), std::string::npos);
}

TEST(draw, log_lines) {
  EXPECT_EQ(run::log_line(example()), "run 7: 1 of 5 tables, 81%, 2,614,692 rows, 247,114/s, 0:02 left");
  EXPECT_EQ(run::log_line(run::TableEnd{"7", "public.t", "done", "", 2000, 4}), "public.t: 2,000 rows in 4.0 s, 500/s");
  EXPECT_EQ(run::log_line(run::TableEnd{"7", "public.t", "done", "", 1, 0.001}), "public.t: 1 row in 1 ms");
  EXPECT_EQ(run::log_line(run::TableEnd{"7", "public.t", "failed", "no\nroom", 0, 0}), "public.t: failed, no\\nroom");
}

TEST(rates, are_of_late) {
  run::RateMeter meter;
  EXPECT_EQ(meter.add(100, 50), run::unknown);
  EXPECT_EQ(meter.add(101, 150), 100);
  for (int second = 2; second <= 20; second++) meter.add(100 + second, 150 + second * 10);
  EXPECT_NEAR(meter.add(121, 360), 10, 0.01);
}

TEST(amounts, only_go_forward) {
  run::ForwardOnly forward;
  EXPECT_EQ(forward.add({1000, run::unknown}).rows, 1000);
  EXPECT_EQ(forward.add({1000, run::unknown}).part, run::unknown);
  EXPECT_EQ(forward.add({3000, 0.3}).part, 0.3);
  // A chunk of 1,000 rows was committed between the two reads.
  EXPECT_EQ(forward.add({2000, 0.2}).rows, 3000);
  EXPECT_EQ(forward.add({2000, 0.2}).part, 0.3);
  EXPECT_EQ(forward.add({4000, 0.4}).rows, 4000);
}

}  // namespace
