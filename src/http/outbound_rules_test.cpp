// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/outbound_rules.hpp"

#include <doctest/doctest.h>

namespace chancery::http {
namespace {

using Openness = OutboundRules::Openness;

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

DestinationList list(std::vector<std::string> entries) {
  return DestinationList::parse(entries).value();
}

bool connects(const OutboundRules& rules, std::string_view host, std::string_view to) {
  return rules.may_connect(host, address(to));
}

}  // namespace

TEST_CASE("no special address of IPv4 is public") {
  for (const std::string_view text :
       {"0.0.0.0",        "0.1.2.3",         "10.0.0.1",        "10.255.255.255",
        "100.64.0.1",     "100.100.100.200", "100.127.255.255", "127.0.0.1",
        "127.255.0.1",    "168.63.129.16",   "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.192",     "192.0.2.1",       "192.88.99.1",
        "192.168.1.1",    "198.18.0.1",      "198.19.255.255",  "198.51.100.7",
        "203.0.113.9",    "224.0.0.1",       "239.255.255.250", "240.0.0.1",
        "255.255.255.255"}) {
    CAPTURE(text);
    CHECK_FALSE(is_public(address(text)));
  }
  for (const std::string_view text : {"1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.1",
                                      "172.15.0.1", "172.32.0.1", "11.0.0.0", "223.255.255.255"}) {
    CAPTURE(text);
    CHECK(is_public(address(text)));
  }
}

TEST_CASE("no special address of IPv6 is public, whatever it carries") {
  for (const std::string_view text : {"::",
                                      "::1",
                                      "::ffff:8.8.8.8",
                                      "::ffff:10.0.0.1",
                                      "::8.8.8.8",
                                      "::ffff:0:8.8.8.8",
                                      "64:ff9b::8.8.8.8",
                                      "64:ff9b::10.0.0.1",
                                      "64:ff9b:1::1",
                                      "100::1",
                                      "2001::1",
                                      "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                                      "2001:2::1",
                                      "2001:10::1",
                                      "2001:20::1",
                                      "2001:db8::1",
                                      "2002:a00:1::",
                                      "2002:808:808::1",
                                      "3fff::1",
                                      "3fff:fff::1",
                                      "4000::1",
                                      "5f00::1",
                                      "fc00::1",
                                      "fd00:ec2::254",
                                      "fe80::1",
                                      "fec0::1",
                                      "ff02::1",
                                      "ff0e::1"}) {
    CAPTURE(text);
    CHECK_FALSE(is_public(address(text)));
  }
  for (const std::string_view text : {"2606:4700:4700::1111", "2001:4860:4860::8888", "2a00::1",
                                      "2001:200::1", "2003::1", "3ffe::1"}) {
    CAPTURE(text);
    CHECK(is_public(address(text)));
  }
}

TEST_CASE("only the usual form is an address") {
  for (const std::string_view text : {"", "1", "1.2.3", "01.2.3.4", "1.2.3.4 ", "0x1.2.3.4",
                                      ":::", "fe80::1%eth0", "1.2.3.4.5", "::1/128"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
  CHECK_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
  CHECK(address("2001:DB8:0:0::1").text() == "2001:db8::1");
}

TEST_CASE("a network contains what its prefix says") {
  const auto network = IpNetwork::parse("100.64.0.0/10").value();
  CHECK(network.contains(address("100.127.1.1")));
  CHECK_FALSE(network.contains(address("100.128.0.0")));
  CHECK_FALSE(network.contains(address("::ffff:100.64.0.1")));
  CHECK(IpNetwork::parse("0.0.0.0/0").value().contains(address("9.9.9.9")));
  CHECK(IpNetwork::parse("fd00::/8").value().contains(address("fdff::1")));
  CHECK(IpNetwork::parse("::1").value().contains(address("::1")));
  for (const std::string_view text : {"10.0.0.1/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "/8",
                                      "10.0.0.0/-1", "10.0.0.0/8/8", "fd00::1/8"}) {
    CAPTURE(text);
    CHECK_FALSE(IpNetwork::parse(text));
  }
}

TEST_CASE("an open server may connect to what is public and to what is allowed") {
  const OutboundRules rules(Openness::open, list({"10.1.0.0/16", "gateway.ministry.example"}), {});

  CHECK(connects(rules, "a.example", "93.184.216.34"));
  CHECK(connects(rules, "a.example", "10.1.2.3"));
  CHECK(connects(rules, "gateway.ministry.example", "192.168.0.9"));
  CHECK_FALSE(connects(rules, "a.example", "10.2.0.1"));
  CHECK_FALSE(connects(rules, "a.gateway.ministry.example", "192.168.0.9"));
}

TEST_CASE("what is denied is denied, although it is public or allowed") {
  const OutboundRules rules(Openness::open, list({"10.0.0.0/8", "*.example"}),
                            list({"10.9.0.0/16", "93.184.216.34", "*.bad.example"}));

  CHECK_FALSE(connects(rules, "a.example", "93.184.216.34"));
  CHECK_FALSE(connects(rules, "a.example", "10.9.1.1"));
  CHECK_FALSE(connects(rules, "a.example", "::ffff:93.184.216.34"));
  CHECK_FALSE(connects(rules, "a.example", "64:ff9b::93.184.216.34"));
  CHECK_FALSE(connects(rules, "x.bad.example", "10.1.1.1"));
  CHECK_FALSE(rules.may_resolve("x.bad.example"));
  CHECK(rules.may_resolve("bad.example"));
  CHECK(connects(rules, "bad.example", "10.1.1.1"));
}

TEST_CASE("a closed server connects only to what is allowed") {
  const OutboundRules rules(Openness::closed, list({"10.0.0.0/8", "*.ministry.example"}), {});

  CHECK_FALSE(connects(rules, "a.example", "93.184.216.34"));
  CHECK(connects(rules, "a.example", "10.1.1.1"));
  CHECK(connects(rules, "push.ministry.example", "93.184.216.34"));
}

TEST_CASE("an allowed translator does not lead to what would be refused without it") {
  const OutboundRules rules(Openness::open, list({"64:ff9b::/96"}), list({"9.9.9.9"}));

  CHECK(connects(rules, "a.example", "64:ff9b::8.8.8.8"));
  CHECK_FALSE(connects(rules, "a.example", "64:ff9b::10.0.0.1"));
  CHECK_FALSE(connects(rules, "a.example", "64:ff9b::9.9.9.9"));
}

TEST_CASE("an entry of a list is a network, a host, or a host's subdomains") {
  for (const std::string& entry : {"10.0.0.1/8", "a.example:80", "https://a.example", "a.example/x",
                                   "*", "*.", "a.*.example", "user@a.example", "", "127.1",
                                   "b\xc3\xbc"
                                   "cher.example"}) {
    CAPTURE(entry);
    CHECK_FALSE(DestinationList::parse(std::vector<std::string>{entry}));
  }
  CHECK(list({"A.Example"}).has_host("a.example"));
  CHECK(list({"*.a.example"}).has_host("x.y.a.example"));
  CHECK_FALSE(list({"*.a.example"}).has_host("xa.example"));
}
}  // namespace chancery::http
