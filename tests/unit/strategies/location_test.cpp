// location: coordinates moved by a bounded distance.
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "mask/number_column.h"
#include "../strategy_fixture.h"

namespace confiture::mask {
namespace {

constexpr double degree = 111320;  // metres, at the equator
constexpr ColumnFit float8{.kind = ValueKind::float8}, numeric{.kind = ValueKind::numeric};

std::string axis(const char *name, int radius = 1000) {
  return std::string("{\"axis\": \"") + name + "\", \"radius\": " + std::to_string(radius) + "}";
}

TEST(location, moves_a_place_by_no_more_than_the_radius_and_not_by_nothing) {
  for (const int radius : {1, 50, 1000, 100000}) {
    auto latitude = make_for("location", axis("latitude", radius), float8),
         longitude = make_for("location", axis("longitude", radius), float8);
    double farthest = 0;
    int same = 0;
    for (int i = 0; i < 2000; i++) {
      const double value = 40 + i * 0.0137;
      const double north = (latitude->mask_float(value, 64) - value) * degree,
                   east = (longitude->mask_float(value, 64) - value) * degree;
      ASSERT_LE(std::hypot(north, east), radius) << value;
      ASSERT_GE(std::abs(north), 0.08 * radius) << value;
      ASSERT_GE(std::abs(east), 0.08 * radius) << value;
      farthest = std::max(farthest, std::hypot(north, east));
      same += north == east;
    }
    EXPECT_GT(farthest, 0.9 * radius);
    EXPECT_LT(same, 100);
  }
}

TEST(location, numbers_stay_coordinates_of_their_column) {
  const ColumnFit columns[] = {numeric,
                               {.kind = ValueKind::numeric, .precision = 9, .scale = 6},
                               {.kind = ValueKind::numeric, .precision = 5, .scale = 2}};
  for (const ColumnFit &fit : columns)
    for (const char *name : {"latitude", "longitude"}) {
      auto made = make_for("location", axis(name, 50000), fit);
      const int end = name[1] == 'a' ? 90 : 180;
      for (int i = -18000; i <= 18000; i += 7) {
        Numeric number(i, 2);
        if (std::abs(i) > end * 100) continue;
        made->mask_numeric(number);
        const double moved = to_double(number) - i / 100.0;
        ASSERT_LE(std::abs(to_double(number)), end);
        ASSERT_TRUE(std::abs(moved) * degree <= 50000 || 360 - std::abs(moved) < 1) << i << " " << moved;
        ASSERT_NE(moved, 0);
        ASSERT_TRUE(NumericLimit(fit).takes(number));
      }
    }
}

TEST(location, ends_of_the_earth_and_what_is_on_none) {
  for (const char *value : {"90", "-90", "89.9999999"}) {
    const double masked = std::stod(mask_as(ValueKind::float8, "location", axis("latitude"), value));
    EXPECT_LT(std::abs(masked), 90);
    EXPECT_EQ(masked < 0, value[0] == '-');
  }
  bool is_crossed = false;
  for (int i = 0; i < 20; i++) {
    auto made = make_for("location", axis("longitude"), float8);
    const double masked = made->mask_float(180 - i * 1e-7, 64);
    EXPECT_LE(std::abs(masked), 180);
    EXPECT_GT(std::abs(masked), 179.9);
    is_crossed |= masked < 0;
  }
  EXPECT_TRUE(is_crossed);
  for (const char *value : {"1234.5", "1e300"})
    EXPECT_LT(std::abs(std::stod(mask_as(ValueKind::float8, "location", axis("latitude"), value))), 0.01);
  EXPECT_LT(std::abs(std::stod(mask_as(ValueKind::numeric, "location", axis("latitude"), "-90.00001"))), 0.01);
  EXPECT_EQ(mask_as(ValueKind::float8, "location", axis("latitude"), "NaN"), "NaN");
}

TEST(location, says_what_is_missing) {
  EXPECT_EQ(make_error("location", "{}", float8).message,
            "strategy \"location\": option \"axis\" is required: latitude or longitude");
  EXPECT_EQ(make_error("location", R"({"axis": "north"})", float8).code, Code::bad_option);
  EXPECT_EQ(make_error("location", R"({"axis": "latitude", "radius": 0})", float8).code, Code::bad_option);
  EXPECT_EQ(make_error("location", axis("latitude"), {.kind = ValueKind::numeric, .precision = 3, .scale = 1}).code,
            Code::does_not_fit);
}

// The great-circle distance in metres.
double distance(const Point &a, const Point &b) {
  constexpr double radian = 3.14159265358979323846 / 180, earth = 6371008.8;
  const double north = std::sin((b.y - a.y) * radian / 2), east = std::sin((b.x - a.x) * radian / 2);
  return 2 * earth *
         std::asin(std::sqrt(north * north + std::cos(a.y * radian) * std::cos(b.y * radian) * east * east));
}

TEST(location, points_move_by_no_more_than_the_radius_wherever_they_are) {
  for (const int radius : {1, 1000, 1000000}) {
    auto made = make_for("location", "{\"radius\": " + std::to_string(radius) + "}", {.kind = ValueKind::point});
    for (int latitude = -90; latitude <= 90; ++latitude)
      for (int longitude = -180; longitude <= 180; longitude += 12) {
        const Point place{static_cast<double>(longitude), static_cast<double>(latitude)};
        Point moved = place;
        made->mask_point(moved);
        ASSERT_LE(std::abs(moved.x), 180);
        ASSERT_LE(std::abs(moved.y), 90);
        ASSERT_LE(distance(place, moved), radius) << longitude << " " << latitude;
        ASSERT_NE(moved.y, place.y);
        if (std::abs(latitude) < 80) {
          ASSERT_GE(distance(place, moved), 0.08 * radius) << longitude << " " << latitude;
        }
      }
  }
}

TEST(location, points_of_either_order) {
  const auto moved = [](const char *options, Point place) {
    make_for("location", options, {.kind = ValueKind::point})->mask_point(place);
    return place;
  };
  const Point usual = moved("{}", {2.35, 48.85}), other = moved(R"({"axis": "latitude"})", {48.85, 2.35});
  EXPECT_LE(distance({2.35, 48.85}, usual), 1000);
  EXPECT_LE(distance({2.35, 48.85}, {other.y, other.x}), 1000);
  EXPECT_EQ(moved(R"({"axis": "longitude"})", {2.35, 48.85}).x, usual.x);
  const Point odd = moved("{}", {INFINITY, 48.85});
  EXPECT_TRUE(std::isinf(odd.x));
  EXPECT_NE(odd.y, 48.85) << "what is infinite hides nothing, the rest is masked";
  EXPECT_TRUE(std::isnan(moved("{}", {1, NAN}).y));
  EXPECT_LT(std::abs(moved("{}", {500, -91}).x), 1) << "no coordinates";
  EXPECT_LT(std::abs(moved("{}", {500, -91}).y), 1);
}

}  // namespace
}  // namespace confiture::mask
