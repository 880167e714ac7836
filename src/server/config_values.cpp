// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/config_values.hpp"

#include "base/parse_number.hpp"

#include <fmt/core.h>
#include <fmt/format.h>

#include <array>
#include <cmath>

namespace chancery::server {
namespace {

using std::chrono::milliseconds;

struct UnitName {
  std::string_view name;
  std::int64_t factor;
};
constexpr std::array<UnitName, 5> kDurations{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<UnitName, 5> kSizes{
    {{"TiB", 1LL << 40}, {"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}, {"B", 1}}};

// "90s" by a table of units; absent when it is not a whole number and a unit, or too large.
std::optional<std::int64_t> parse_with_unit(std::string_view text,
                                            std::span<const UnitName> units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional number = base::parse_number<std::int64_t>(text.substr(0, digits));
  std::string_view unit = text.substr(digits);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  for (const UnitName& known : units) {
    if (!number || unit != known.name) continue;
    if (*number > std::numeric_limits<std::int64_t>::max() / known.factor) return std::nullopt;
    return *number * known.factor;
  }
  return std::nullopt;
}

// The largest unit that says the number whole.
std::string text_with_unit(std::int64_t number, std::span<const UnitName> units) {
  for (const UnitName& unit : units) {
    if (number % unit.factor == 0 && (number != 0 || unit.factor == 1)) {
      return fmt::format("{}{}", number / unit.factor, unit.name);
    }
  }
  return fmt::format("{}", number);
}

std::string quoted(std::string_view text) {
  std::string out;
  base::append_quoted(out, text);
  return out;
}

std::optional<double> parse_decimal(std::string_view text) {
  double value{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string duration_text(milliseconds duration) {
  return text_with_unit(duration.count(), kDurations);
}

std::string size_text(std::int64_t number, Unit unit) {
  return unit == Unit::bytes && number != 0 ? text_with_unit(number, kSizes)
                                            : fmt::format("{}", number);
}

std::string decimal_text(double number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string wrong_kind(const Key& key) { return "must be " + allowed_text(key); }

std::optional<std::string> set_integer(Config& config, const Key& key, const IntegerField& field,
                                       std::int64_t number) {
  if (number < field.least || number > field.most) return wrong_kind(key);
  field.of(config) = number;
  return std::nullopt;
}

std::optional<std::string> set_number(Config& config, const Key& key, const NumberField& field,
                                      double number) {
  if (!(number >= field.least && number <= field.most)) return wrong_kind(key);
  field.of(config) = number;
  return std::nullopt;
}

// A text of the file, for every kind that a text can mean.
struct TextSetter {
  Config& config;
  const Key& key;
  std::string_view text;
  using Problem = std::optional<std::string>;

  Problem operator()(const TextField& field) const {
    if (text.find('\0') != std::string_view::npos) return "must not contain NUL";
    if (key.check != nullptr) {
      if (const std::string_view why = key.check(text); !why.empty()) return std::string(why);
    }
    field.of(config) = text;
    return std::nullopt;
  }
  Problem operator()(const IntegerField& field) const {
    if (field.unit != Unit::bytes) return wrong_kind(key);
    const std::optional number = parse_with_unit(text, kSizes);
    return number ? set_integer(config, key, field, *number) : wrong_kind(key);
  }
  Problem operator()(const DurationField& field) const {
    const std::optional number = parse_with_unit(text, kDurations);
    if (!number || *number < field.least.count() || *number > field.most.count()) {
      return wrong_kind(key);
    }
    field.of(config) = milliseconds(*number);
    return std::nullopt;
  }
  Problem operator()(const ChoiceField& field) const {
    for (std::size_t index = 0; index < field.names.size(); ++index) {
      if (field.names[index] != text) continue;
      field.set(config, index);
      return std::nullopt;
    }
    return wrong_kind(key);
  }
  Problem operator()(const auto& /*another kind*/) const { return wrong_kind(key); }
};

struct GivenSetter {
  Config& config;
  const Key& key;
  using Problem = std::optional<std::string>;

  Problem operator()(const OtherValue& /*none*/) const { return wrong_kind(key); }
  Problem operator()(const std::string& text) const {
    return std::visit(TextSetter{config, key, text}, key.field);
  }
  Problem operator()(std::int64_t number) const {
    if (const auto* field = std::get_if<IntegerField>(&key.field)) {
      return set_integer(config, key, *field, number);
    }
    if (const auto* field = std::get_if<NumberField>(&key.field)) {
      return set_number(config, key, *field, static_cast<double>(number));
    }
    return wrong_kind(key);
  }
  Problem operator()(double number) const {
    const auto* field = std::get_if<NumberField>(&key.field);
    return field != nullptr ? set_number(config, key, *field, number) : wrong_kind(key);
  }
  Problem operator()(bool flag) const {
    const auto* field = std::get_if<BoolField>(&key.field);
    if (field == nullptr) return wrong_kind(key);
    field->of(config) = flag;
    return std::nullopt;
  }
  Problem operator()(const std::vector<std::string>& list) const {
    const auto* field = std::get_if<ListField>(&key.field);
    if (field == nullptr) return wrong_kind(key);
    for (const std::string& entry : list) {
      if (key.check == nullptr) break;
      if (const std::string_view why = key.check(entry); !why.empty()) {
        return fmt::format("\"{}\" {}", entry, why);
      }
    }
    field->of(config) = list;
    return std::nullopt;
  }
};

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

}  // namespace

std::optional<std::string> set_value(Config& config, const Key& key, const GivenValue& given) {
  return std::visit(GivenSetter{config, key}, given);
}

std::optional<std::string> set_value_from_text(Config& config, const Key& key,
                                               std::string_view text) {
  GivenValue given = std::string(text);
  if (std::holds_alternative<IntegerField>(key.field)) {
    if (const std::optional number = base::parse_number<std::int64_t>(text)) given = *number;
  } else if (std::holds_alternative<NumberField>(key.field)) {
    if (const std::optional number = parse_decimal(text)) given = *number;
  } else if (std::holds_alternative<BoolField>(key.field)) {
    if (text == "true" || text == "false") given = text == "true";
  } else if (std::holds_alternative<ListField>(key.field)) {
    given = split_list(text);
  }
  return set_value(config, key, given);
}

std::string value_text(const Config& config, const Key& key, Masking masking) {
  // Fields give references to what they may change; nothing is changed here.
  auto& mutable_config = const_cast<Config&>(config);
  struct Writer {
    Config& config;
    bool masked;
    std::string operator()(const TextField& field) const {
      const std::string& text = field.of(config);
      Config standard;
      return quoted(masked && text != field.of(standard) ? "********" : text);
    }
    std::string operator()(const IntegerField& field) const {
      const std::string text = size_text(field.of(config), field.unit);
      return field.unit == Unit::bytes && field.of(config) != 0 ? quoted(text) : text;
    }
    std::string operator()(const NumberField& field) const {
      return decimal_text(field.of(config));
    }
    std::string operator()(const BoolField& field) const {
      return field.of(config) ? "true" : "false";
    }
    std::string operator()(const DurationField& field) const {
      return quoted(duration_text(field.of(config)));
    }
    std::string operator()(const ListField& field) const {
      std::string text;
      for (const std::string& part : field.of(config)) {
        text += (text.empty() ? "" : ", ") + quoted(part);
      }
      return "[" + text + "]";
    }
    std::string operator()(const ChoiceField& field) const {
      return quoted(field.names[field.get(config)]);
    }
  };
  const bool masked = masking == Masking::masked && key.secrecy == Secrecy::secret;
  return std::visit(Writer{mutable_config, masked}, key.field);
}

base::Json value_json(const Config& config, const Key& key, Masking masking) {
  const std::string text = value_text(config, key, masking);
  if (const auto* field = std::get_if<IntegerField>(&key.field)) {
    return field->of(const_cast<Config&>(config));
  }
  // Every other value is written in TOML as it is in JSON.
  return base::parse_json(text).value();
}

std::string allowed_text(const Key& key) {
  struct Writer {
    std::string operator()(const TextField& field) const {
      return field.kind == TextKind::path ? "a path" : "a text";
    }
    std::string operator()(const IntegerField& field) const {
      if (field.unit == Unit::bytes) {
        return fmt::format("a size from {} to {}, as 512KiB, 50MiB or a number of bytes",
                           size_text(field.least, field.unit), size_text(field.most, field.unit));
      }
      return fmt::format("a whole number from {} to {}", field.least, field.most);
    }
    std::string operator()(const NumberField& field) const {
      return fmt::format("a number from {} to {}", field.least, static_cast<int>(field.most));
    }
    std::string operator()(const BoolField& /*field*/) const { return "true or false"; }
    std::string operator()(const DurationField& field) const {
      return fmt::format("a time from {} to {}, as 500ms, 30s, 15m, 2h or 7d",
                         duration_text(field.least), duration_text(field.most));
    }
    std::string operator()(const ListField& /*field*/) const { return "a list of texts"; }
    std::string operator()(const ChoiceField& field) const {
      std::string text;
      for (std::size_t index = 0; index < field.names.size(); ++index) {
        text += index == 0 ? "" : index + 1 == field.names.size() ? " or " : ", ";
        text += field.names[index];
      }
      return text;
    }
  };
  return std::visit(Writer{}, key.field);
}

std::optional<ListenerConfig> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional port = base::parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') != address.ends_with(']')) return std::nullopt;
  if (address.starts_with('[')) {
    address = address.substr(1, address.size() - 2);
    if (address.find(':') == std::string_view::npos) return std::nullopt;
  } else if (address.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  ListenerConfig listener;
  listener.address = address.empty() ? "0.0.0.0" : address == "localhost" ? "127.0.0.1" : address;
  listener.port = *port;
  return listener;
}

}  // namespace chancery::server
