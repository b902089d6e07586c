#include "policy/options/reading.h"

#include "policy/api/json_text.h"

namespace firedrill::policy {

std::string comma_separated(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

std::vector<FlagSetting> flag_settings(const Scalars& flags, const std::string& flags_at) {
  std::vector<FlagSetting> settings;
  for (const auto& [name, value] : flags)
    settings.push_back({name, api::child_pointer(flags_at, name), &value});
  return settings;
}

void report_unknown(std::string_view what,
                    std::string_view name,
                    const std::vector<std::string>& known,
                    std::string_view profile,
                    std::string pointer,
                    api::Diagnostics& diagnostics) {
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::string_view near = api::nearest(name, candidates);
  std::string remedy = near.empty()
                           ? "firedrill profiles " + std::string(profile) + " lists them all"
                           : "did you mean " + api::in_quotes(near) + "?";
  diagnostics.add({api::Severity::error, std::move(pointer),
                   "unknown " + std::string(what) + " " + api::in_quotes(name), std::move(remedy),
                   api::Anchor::key});
}

void warn_inert(std::string_view what,
                std::string_view name,
                std::string_view reason,
                std::string pointer,
                api::Diagnostics& diagnostics) {
  diagnostics.add({api::Severity::warning, std::move(pointer),
                   std::string(what) + " " + api::in_quotes(name) + " changes nothing here",
                   std::string(reason), api::Anchor::key});
}

void check_election(const ProcessFlags& flags,
                    const std::string& flags_at,
                    api::Diagnostics& diagnostics) {
  constexpr double jitter_factor = 1.2;
  if (!flags.leader_elect) return;
  const auto refuse = [&](std::string_view flag, const char* problem, const char* remedy) {
    diagnostics.error(api::child_pointer(flags_at, flag), problem, remedy);
  };
  if (flags.leader_elect_retry_period <= api::Duration::zero())
    return refuse("leader-elect-retry-period", "is not positive", "2s, for example");
  const auto longest_retry = static_cast<std::int64_t>(
      jitter_factor * static_cast<double>(flags.leader_elect_retry_period.count()));
  if (flags.leader_elect_renew_deadline.count() <= longest_retry) {
    refuse("leader-elect-renew-deadline", "is not longer than 1.2 times leader-elect-retry-period",
           "10s, for example, with a retry period of 2s");
  }
  if (flags.leader_elect_lease_duration <= flags.leader_elect_renew_deadline) {
    refuse("leader-elect-lease-duration", "is not longer than leader-elect-renew-deadline",
           "15s, for example, with a deadline of 10s");
  }
}

}  // namespace firedrill::policy
