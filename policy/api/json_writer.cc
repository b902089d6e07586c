#include "policy/api/json_writer.h"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "policy/api/duration.h"

namespace firedrill::api::detail {

void write_scalar(bool value, nlohmann::json& slot) {
  slot = value;
}
void write_scalar(std::int32_t value, nlohmann::json& slot) {
  slot = value;
}
void write_scalar(std::int64_t value, nlohmann::json& slot) {
  slot = value;
}
void write_scalar(std::uint32_t value, nlohmann::json& slot) {
  slot = value;
}
void write_scalar(std::uint64_t value, nlohmann::json& slot) {
  slot = value;
}
void write_scalar(double value, nlohmann::json& slot) {
  slot = value;
}
void write_scalar(std::string_view value, nlohmann::json& slot) {
  slot = std::string(value);
}
void write_scalar(Duration value, nlohmann::json& slot) {
  slot = format_duration(value);
}
void write_scalar(StoredTime value, nlohmann::json& slot) {
  slot = format_rfc3339(value);
}
void write_scalar(Timestamp value, nlohmann::json& slot) {
  slot = format_rfc3339(value);
}
void write_scalar(const Quantity& value, nlohmann::json& slot) {
  slot = value.text();
}

void write_scalar(const Json& value, nlohmann::json& slot) {
  if (value.present()) {
    slot = value.document();
  } else {
    slot = nullptr;
  }
}

void make_object(nlohmann::json& slot) {
  slot = nlohmann::json::object();
}

void make_list(nlohmann::json& slot, std::size_t size) {
  slot = nlohmann::json::array();
  slot.get_ref<nlohmann::json::array_t&>().resize(size);
}

nlohmann::json& member_slot(nlohmann::json& object, std::string_view key) {
  return object[std::string(key)];
}

nlohmann::json& element_slot(nlohmann::json& list, std::size_t index) {
  return list[index];
}

void throw_unwritable(std::string_view what) {
  throw std::logic_error("JSON writer: " + std::string(what));
}

}  // namespace firedrill::api::detail
