// location: a latitude or longitude, or a point of both, moved by some metres.
//
// A coordinate that is a column of its own is moved without the other: a degree of longitude is taken for as many
// metres as at the equator; elsewhere it is fewer, so that a place moves less. Of a point the latitude says how many
// they are.
#include <algorithm>
#include <cmath>

#include "mask/bits.h"
#include "mask/error.h"
#include "mask/number_column.h"
#include "mask/value_prf.h"

namespace confiture::mask {

namespace {

constexpr int64_t most_radius = 1'000'000, usual_radius = 1000;
constexpr double metres_of_degree = 111694;  // of latitude at the poles, where it is longest
constexpr int most_decimals = 7;             // a centimetre
constexpr double units_of_degree = 1e7;
constexpr int64_t least_part = 8;  // a coordinate moves by an eighth of what it may, at least

struct Axis {
  std::string_view name;
  int highest;
  bool is_circle;  // what is behind its end is at its beginning
};
constexpr Axis axes[] = {{"latitude", 90, false}, {"longitude", 180, true}};

// How far a value moves, in units of 10^-decimals degrees.
class Displacement {
 public:
  // The two coordinates together move by no more than the radius.
  Displacement(int64_t radius, int decimals)
      : most_(static_cast<int64_t>(static_cast<double>(radius) * std::sqrt(0.5) / metres_of_degree *
                                   std::pow(10.0, decimals))),
        least_((most_ + least_part - 1) / least_part) {}

  int64_t most() const { return most_; }
  int64_t draw(uint64_t random) const {
    const auto distance = least_ + static_cast<int64_t>(scale(random, static_cast<uint64_t>(most_ - least_ + 1)));
    return (random & 1) == 0 ? distance : -distance;
  }

 private:
  int64_t most_, least_;
};

uint64_t random_for(const Axis &axis, const PrfOutput &random) { return axis.is_circle ? random.hi : random.lo; }

class LocationNumeric final : public Strategy {
 public:
  LocationNumeric(const Subkey &key, const Axis &axis, Displacement displacement, int decimals, const ColumnFit &fit)
      : prf_(key), axis_(axis), displacement_(displacement), decimals_(decimals), limit_(fit), end_(axis.highest, 0) {}

  void mask_numeric(Numeric &value) const override {
    const int64_t moved = displacement_.draw(random_for(axis_, prf_of(prf_, value)));
    const int shown = std::min(std::max(value.scale, decimals_), Numeric::most_scale);
    // No coordinate becomes 0. Not by Numeric(), which fills all of its digits with zeros.
    if (compare_magnitudes(value, end_) > 0) value.size = 0;
    value.normalize();
    value.add(Numeric(moved, decimals_));
    if (compare_magnitudes(value, end_) > 0) turn(value);
    value.scale = shown;
    limit_.apply(value);
  }

 private:
  // Beyond the end: on a circle on from its beginning, else back.
  void turn(Numeric &value) const {
    Numeric whole(int64_t{2} * axis_.highest, 0);
    if (axis_.is_circle) {
      whole.is_negative = !value.is_negative;
      return value.add(whole);
    }
    whole.is_negative = value.is_negative;
    value.is_negative = !value.is_negative;
    value.add(whole);
  }

  Prf128 prf_;
  const Axis &axis_;
  Displacement displacement_;
  int decimals_;
  NumericLimit limit_;
  Numeric end_;
};

class LocationFloat final : public Strategy {
 public:
  LocationFloat(const Subkey &key, const Axis &axis, Displacement displacement)
      : prf_(key), axis_(axis), displacement_(displacement) {}

  double mask_float(double value, int) const override {
    const int64_t moved = displacement_.draw(random_for(axis_, prf_of(prf_, value)));
    if (std::abs(value) > axis_.highest) value = 0;  // no coordinate
    const auto end = static_cast<int64_t>(axis_.highest * units_of_degree);
    int64_t units = std::llround(value * units_of_degree) + moved;
    if (units > end) units = axis_.is_circle ? units - 2 * end : 2 * end - units;
    if (units < -end) units = axis_.is_circle ? units + 2 * end : -2 * end - units;
    return static_cast<double>(units) / units_of_degree;
  }

 private:
  Prf128 prf_;
  const Axis &axis_;
  Displacement displacement_;
};

// Both coordinates of a place, by one draw.
class LocationPoint final : public Strategy {
 public:
  LocationPoint(const Subkey &key, bool is_x_latitude, Displacement displacement)
      : prf_(key), is_x_latitude_(is_x_latitude), displacement_(displacement) {}

  // An infinite coordinate stays, as in columns of their own.
  void mask_point(Point &value) const override {
    double &latitude = is_x_latitude_ ? value.x : value.y, &longitude = is_x_latitude_ ? value.y : value.x;
    const PrfOutput random = prf_of(prf_, value);
    const double before = std::isfinite(latitude) && std::abs(latitude) <= axes[0].highest ? latitude : 0;
    move(axes[0], static_cast<double>(displacement_.draw(random.lo)), latitude);
    const double after = std::isfinite(latitude) ? latitude : 0;
    // Where a degree is longer, so that the place moves no farther on either.
    const double length = std::max({std::cos(before * radian), std::cos(after * radian), shortest_degree});
    move(axes[1], static_cast<double>(displacement_.draw(random.hi)) / length, longitude);
  }

 private:
  static constexpr double radian = 3.14159265358979323846 / 180, shortest_degree = 0.01;

  static void move(const Axis &axis, double units, double &value) {
    if (!std::isfinite(value)) return;
    if (std::abs(value) > axis.highest) value = 0;  // no coordinate
    const double end = axis.highest * units_of_degree;
    units = std::round(value * units_of_degree + std::clamp(units, -end, end));
    if (units > end) units = axis.is_circle ? units - 2 * end : 2 * end - units;
    if (units < -end) units = axis.is_circle ? units + 2 * end : -2 * end - units;
    value = units / units_of_degree;
  }

  Prf128 prf_;
  bool is_x_latitude_;
  Displacement displacement_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const bool is_point = args.fit.kind == ValueKind::point;
  if (!is_point && !args.options.has("axis")) args.options.refuse("axis", "is required: latitude or longitude");
  constexpr std::string_view names[] = {axes[0].name, axes[1].name};
  const Axis &axis = axes[args.options.word("axis", is_point ? names[1] : "", names)];
  const int64_t radius = args.options.integer("radius", usual_radius, 1, most_radius);
  if (is_point) return std::make_unique<LocationPoint>(args.key, &axis == axes, Displacement(radius, most_decimals));
  if (args.fit.kind != ValueKind::numeric)
    return std::make_unique<LocationFloat>(args.key, axis, Displacement(radius, most_decimals));

  const int decimals = std::clamp(scale_of(args.fit, most_decimals), 0, most_decimals);
  const Displacement displacement(radius, decimals);
  if (displacement.most() < 1)
    fail(Code::does_not_fit,
         "strategy \"location\": a column with so few decimals cannot show " + std::to_string(radius) + " metres",
         "Give a larger option \"radius\".");
  return std::make_unique<LocationNumeric>(args.key, axis, displacement, decimals, args.fit);
}

}  // namespace

extern constinit const RegistryEntry location_strategy = {
    {.name = "location",
     .summary = "A latitude or longitude, or a point of both, moved by some metres",
     .options_help =
         "axis: latitude or longitude, required; of a point what x is (default longitude); radius: how far a place moves at most, in metres, 1 to "
         "1000000 (default 1000)",
     .example = "51.5055942",
     .example_of = "51.507351",
     .required_options = R"({"axis": "latitude"})",
     .kinds = kinds_of(ValueKind::numeric, ValueKind::float4, ValueKind::float8, ValueKind::point),
     .shows_part = true},
    make};

}  // namespace confiture::mask
