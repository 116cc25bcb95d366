// How the catalog treats the logs of containers, whose engine, files and collector tell of them in any order.
#include "agent/discovery/source_catalog.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/discovery/docker/engine_events.h"
#include "agent/discovery/docker/files_inside.h"
#include "base/temporary_directory.h"

namespace oc::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ContainerCatalogTest : public testing::Test {
 protected:
  ContainerCatalogTest() {
    fs::create_directories(folder_ + "/5f");
    EXPECT_TRUE(tree_.want(folder_, folder_ + "/*/*-json.log"));
    container_.id = "5f";
    container_.log_path = log_;
    container_.metadata = {{"container.id", "5f"}, {"service_name", "job"}};
  }
  void write(const std::string& text) { std::ofstream(log_, std::ios::app) << text; }
  // The engine tells of its containers, and the folders are listed.
  void tell(const std::vector<Container>& containers) {
    Containers all;
    all.folders = {folder_};
    for (const auto& container : containers) all.containers[container.id] = container;
    catalog_.set_containers(all);
    list();
  }
  void list() {
    tree_.list_everything();
    catalog_.reconcile(tree_);
    ledger_ = catalog_.observe_changed();
  }
  CatalogUpdate update() { return *catalog_.take_update(); }
  std::string begin() {
    write("a line\n");
    tell({container_});
    return update().upserted.at(0).source_id;
  }

  TemporaryDirectory dir_;
  const std::string folder_ = fs::canonical(dir_.path()).string() + "/containers";
  const std::string log_ = folder_ + "/5f/5f-json.log";
  ManualClock clock_{1'764'000'000'000'000'000};
  FolderTree tree_{*PathFilter::make({.roots = {}}), "/nothing/of/ours"};
  SourceCatalog catalog_ = *SourceCatalog::open({.agent_id = "agent", .inventory_file = dir_ / "inventory"}, clock_);
  Container container_;
  std::vector<contracts::LedgerEntry> ledger_;
};

TEST_F(ContainerCatalogTest, TheEndOfALogThatIsGoneIsReadWhereItIsHeldOpen) {
  write("");
  container_.log = open_log(log_);  // caught when it was empty
  ASSERT_TRUE(container_.log);
  write("a line\n");
  fs::remove_all(folder_ + "/5f");
  tell({container_});
  ASSERT_THAT(update().upserted, SizeIs(1));
  ASSERT_THAT(ledger_, SizeIs(1));
  EXPECT_EQ(ledger_[0].last_newline_end, 7u);
}

TEST_F(ContainerCatalogTest, ALogIsHeldFromWhenItsEngineTellsOfItAlsoIfItWasFoundBefore) {
  write("");
  tell({container_});
  update();
  container_.log = open_log(log_);
  tell({container_});
  write("a line\n");
  fs::remove_all(folder_ + "/5f");
  list();
  ASSERT_THAT(ledger_, SizeIs(1));
  EXPECT_EQ(ledger_[0].last_newline_end, 7u);
}

TEST_F(ContainerCatalogTest, OneThatHasEndedAndIsDeliveredLeavesAfterAWhile) {
  const auto id = begin();
  container_.ended = true;
  tell({container_});
  catalog_.set_delivered({{id, 3}});
  clock_.advance(kDoneGrace);
  list();
  EXPECT_THAT(update().removed, IsEmpty()) << "not all of it is delivered";
  catalog_.set_delivered({{id, 7}});
  EXPECT_THAT(update().removed, IsEmpty()) << "whoever proves it has time to";
  clock_.advance(kDoneGrace);
  list();
  EXPECT_THAT(update().removed, ElementsAre(id));
}

TEST_F(ContainerCatalogTest, OneThatHasLeftStaysAwayWhenItsEngineForgetsIt) {
  const auto id = begin();
  container_.ended = true;
  tell({container_});
  catalog_.set_delivered({{id, 7}});
  clock_.advance(kDoneGrace);
  list();
  ASSERT_THAT(update().removed, ElementsAre(id));
  fs::remove_all(folder_ + "/5f");
  tell({});
  EXPECT_THAT(update().upserted, IsEmpty());
  clock_.advance(kGoneGrace);
  list();
  EXPECT_THAT(update().upserted, IsEmpty());
}

TEST_F(ContainerCatalogTest, OneThatIsStartedAgainComesBackWithItsLedger) {
  const auto id = begin();
  container_.ended = true;
  tell({container_});
  catalog_.set_delivered({{id, 7}});
  clock_.advance(kDoneGrace);
  list();
  ASSERT_THAT(update().removed, ElementsAre(id));
  container_.ended = false;
  tell({container_});
  const auto back = update();
  ASSERT_THAT(back.upserted, SizeIs(1));
  EXPECT_EQ(back.upserted[0].source_id, id);
  ASSERT_THAT(back.ledger, SizeIs(1)) << "nobody remembers how far it had grown";
  EXPECT_EQ(back.ledger[0].last_newline_end, 7u);
}

// A file that the container writes inside itself.
class FileInsideCatalogTest : public ContainerCatalogTest {
 protected:
  FileInsideCatalogTest() {
    fs::create_directories(inside_ + "/logs");
    container_.log_path.clear();
    container_.logs_inside = {{"/logs", inside_ + "/logs", "*.log", "*.log"}};
    write_inside("a line\n");
  }
  void write_inside(const std::string& text) { std::ofstream(file_, std::ios::app) << text; }
  void tell_inside(const Container& container) {
    Containers all;
    all.containers[container.id] = container;
    FilesInside files;
    files.set_containers(all);
    catalog_.set_named_files(files.list());
    tell({container});
  }
  void end_and_deliver(const std::string& id) {
    container_.ended = true;
    tell_inside(container_);
    catalog_.set_delivered({{id, 7}});
    clock_.advance(kDoneGrace);
    list();
  }

  const std::string inside_ = fs::canonical(dir_.path()).string() + "/layer";
  const std::string file_ = inside_ + "/logs/app.log";
};

TEST_F(FileInsideCatalogTest, IsASourceOfItsContainerUnderItsNameInThere) {
  tell_inside(container_);
  const auto found = update().upserted;
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].log_path, file_);
  EXPECT_EQ(found[0].source_type, model::SourceType::kDocker);
  EXPECT_EQ(found[0].metadata.at("container.file"), "/logs/app.log");
  EXPECT_EQ(found[0].metadata.at("service_name"), "job");
  EXPECT_TRUE(found[0].shape.shape.starts_with("text")) << "no engine has wrapped it";
  ASSERT_THAT(ledger_, SizeIs(1));
  EXPECT_EQ(ledger_[0].last_newline_end, 7u);
}

TEST_F(FileInsideCatalogTest, LeavesWithItsContainer) {
  tell_inside(container_);
  const auto id = update().upserted.at(0).source_id;
  end_and_deliver(id);
  EXPECT_THAT(update().removed, ElementsAre(id));
}

TEST_F(FileInsideCatalogTest, StaysWhenItLiesInAFolderOfTheHostThatIsSearched) {
  ASSERT_TRUE(tree_.want(inside_, inside_ + "/logs/*.log"));
  tell_inside(container_);
  const auto id = update().upserted.at(0).source_id;
  end_and_deliver(id);
  EXPECT_THAT(update().removed, IsEmpty()) << "others may write it, too";
}

TEST_F(FileInsideCatalogTest, InAVolumeIsTheSameSourceForTheNextContainer) {
  tell_inside(container_);
  const auto id = update().upserted.at(0).source_id;
  catalog_.set_named_files({});
  tell({});
  clock_.advance(kGoneGrace);
  list();
  ASSERT_THAT(update().removed, ElementsAre(id));
  container_.id = "60";
  container_.metadata["container.id"] = "60";
  tell_inside(container_);
  const auto found = update().upserted;
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].source_id, id) << "it is read on, not again";
  EXPECT_EQ(found[0].metadata.at("container.id"), "60");
}

TEST_F(FileInsideCatalogTest, ThatIsNoTextIsLeftOut) {
  std::ofstream(file_) << std::string(
                              "\x7f"
                              "ELF\0\0\1\2\0\0",
                              10) +
                              std::string(1000, '\0');
  tell_inside(container_);
  EXPECT_THAT(update().upserted, IsEmpty());
  EXPECT_TRUE(catalog_.left_out().contains(file_));
}

}  // namespace
}  // namespace oc::agent
