// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Changes: everything that is stored, as lists of typed mutations with their preconditions.
//
// A change is made whole or not at all, gets one StreamPosition, and carries its audit record.
// Each aggregate declares its mutations in its own header; this one lists them. To add one: its
// struct there, its name here, its `apply` (or `holds` for a Require…) in
// storage/sql/apply_<aggregate>.cpp. See storage/sql/README.md.

#include "storage/accounts.hpp"
#include "storage/administration.hpp"
#include "storage/application_services.hpp"
#include "storage/audit_record.hpp"
#include "storage/dehydrated_devices.hpp"
#include "storage/delayed_events.hpp"
#include "storage/device_keys.hpp"
#include "storage/events.hpp"
#include "storage/key_backups.hpp"
#include "storage/mail.hpp"
#include "storage/media.hpp"
#include "storage/oauth_clients.hpp"
#include "storage/personal.hpp"
#include "storage/positions.hpp"
#include "storage/pushers.hpp"
#include "storage/receipts.hpp"
#include "storage/registration.hpp"
#include "storage/removed_stays.hpp"
#include "storage/room_directory.hpp"
#include "storage/search_index.hpp"
#include "storage/sessions.hpp"
#include "storage/sliding_connections.hpp"
#include "storage/third_party_ids.hpp"
#include "storage/thread_subscriptions.hpp"
#include "storage/to_device.hpp"
#include "storage/user_directory.hpp"
#include "storage/wrapped_keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace chancery::storage {

// clang-format off
// Checked first, in order; the first that does not hold fails the change with StorageConflict. One
// line each, the aggregates in the order of the #include lines.
using Precondition = std::variant<
    RequireDelayedEvent,
    RequireOneTimeKey,
    RequireKeyBackup,
    RequireMediaPromised,
    RequireMediaPromises,
    RequireMediaStored,
    RequireMediaQuota,
    RequireRoomAbsent,
    RequireRoomPresent,
    RequireRoomHead,
    RequireAliasAbsent,
    RequireUserAbsent,
    RequireAccountActive,
    RequireAccountStanding,
    RequirePasswordHash,
    RequireDevice,
    RequireDeviceAbsent,
    RequireDevices,
    RequireNoKeyOfDeviceName,
    RequireRefreshToken,
    RequireRegistrationToken,
    RequireSetupLink,
    RequireThirdPartyIdAbsent,
    RequireValidated>;

using Mutation = std::variant<
    // dehydrated devices
    PutDehydratedDevice,
    // delayed events
    PutDelayedEvent,
    FinaliseDelayedEvent,
    ForgetFinalisedDelayedEvents,
    // end-to-end keys
    PutDeviceKeys,
    AddOneTimeKeys,
    RemoveOneTimeKey,
    PutFallbackKey,
    MarkFallbackKeyUsed,
    PutCrossSigningKey,
    PutKeySignature,
    ForgetKeySignatures,
    NoteDeviceListChange,
    ForgetDeviceMaterial,
    // key backups
    CreateKeyBackup,
    SetKeyBackupAuth,
    RemoveKeyBackup,
    PutBackedUpSessions,
    RemoveBackedUpSessions,
    // messages to devices
    AddToDeviceMessages,
    RemoveToDeviceMessages,
    // events
    AppendEvent,
    PutStateNodes,
    CreateRoom,
    SetRoomHead,
    SetMembership,
    RememberTransaction,
    ForgetTransactions,
    ReplaceEventRecord,
    BlockRoom,
    UnblockRoom,
    RemoveRoom,
    RemoveRoomEvents,
    RemoveEvents,
    // receipts, room directory
    PutReceipt,
    PutAlias,
    RemoveAlias,
    SetRoomVisibility,
    SetNetworkVisibility,
    // search index
    PutPostings,
    PutSearchSegment,
    SetIndexedUntil,
    QueueSearchRemovals,
    FinishSearchRemovals,
    ForgetPostings,
    ForgetIndexOf,
    ForgetIndex,
    // application services
    PutServiceTransaction,
    NoteServiceTold,
    // media
    AddMedia,
    FillMedia,
    RemoveMedia,
    RemoveExpiredMedia,
    AddThumbnail,
    SetMediaQuarantine,
    SetMediaSafe,
    // wrapped keys
    PutWrappedKey,
    // accounts
    CreateAccount,
    SetPasswordHash,
    SetAccountRole,
    SetAccountStanding,
    SetUserType,
    // administration
    AddReport,
    RemoveReport,
    PutRateException,
    RemoveRateException,
    NoteNoticesSender,
    // sessions
    PutDevice,
    NoteDeviceUse,
    DeleteDevice,
    PutAccessToken,
    PutRefreshToken,
    RevokeDeviceTokens,
    RevokeRefreshToken,
    RevokeSuccessors,
    // registration
    PutRegistrationToken,
    DeleteRegistrationToken,
    CompleteRegistrationToken,
    PutSetupLink,
    DeleteSetupLinks,
    // OAuth clients
    PutOauthClient,
    ForgetOauthClients,
    // personal
    SetProfileField,
    DeleteProfile,
    PutAccountData,
    DeleteAccountData,
    PutFilter,
    // user directory
    SetDirectoryWords,
    NoteDirectoryFilling,
    // pushers
    PutPusher,
    RemovePusher,
    RemovePushersOfOthers,
    SetPusherBehind,
    NotePushProgress,
    // mail
    QueueMail,
    NoteMailFailure,
    RemoveMail,
    // third-party identifiers
    AddThirdPartyId,
    RemoveThirdPartyId,
    RemoveThirdPartyIdsOf,
    PutValidation,
    ConfirmValidation,
    RemoveValidation,
    RemoveExpiredValidations,
    AddThirdPartyBinding,
    RemoveThirdPartyBinding,
    // sliding sync, thread subscriptions
    PutSlidingConnection,
    RemoveSlidingConnection,
    RemoveOldSlidingConnections,
    PutThreadSubscription,
    // stays in removed rooms
    NoteRemovedStays,
    ForgetRemovedStays>;
// clang-format on

struct Change {
  std::vector<Precondition> preconditions;
  std::vector<Mutation> mutations;
  std::optional<AuditRecord> audit;  // absent only where nobody acts (housekeeping)
  // Set by Committer::commit_together: made only if the change before it is.
  enum class Joined : std::uint8_t { no, to_previous } joined = Joined::no;
};

}  // namespace chancery::storage
