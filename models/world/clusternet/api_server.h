#pragma once

/// The API server of Clusternet's hub: its objects.

#include "models/store/api_server.h"
#include "models/world/clusternet/rules.h"

namespace firedrill::models::clusternet {

class ApiServer final : public models::ApiServer {
 public:
  using models::ApiServer::ApiServer;

  ObjectTable<policy::clusternet::ManagedCluster> clusters{*this};
  ObjectTable<policy::clusternet::Subscription> subscriptions{*this};
  ObjectTable<policy::clusternet::FeedInventory> inventories{*this};
  ObjectTable<policy::clusternet::Base> bases{*this};
  ObjectTable<policy::clusternet::Localization> localizations{*this};
  ObjectTable<policy::clusternet::Description> descriptions{*this};
  ObjectTable<api::ResourceTemplate> templates{*this};  ///< Under `template_key` of their feeds.
};

}  // namespace firedrill::models::clusternet
