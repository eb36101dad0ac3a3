#include "engine/plan/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "engine/plan/chunking.h"
#include "io/storage/memory_storage.h"
#include "tests/support/in_memory_checkpoint.h"

namespace thaw {
namespace {

using ::testing::HasSubstr;

constexpr DType kF32 = DType::kFloat32;

TensorSlice Rows(std::int64_t start, std::int64_t length, std::size_t rank = 2) {
  TensorSlice slice = TensorSlice::Full(rank);
  slice.dims[0] = {start, length};
  return slice;
}

class PlannerTest : public ::testing::Test {
 protected:
  PlannerTest() : checkpoint_(3) {
    checkpoint_.Add("scalar", kF32, {}, std::string(4, 's'));
    checkpoint_.Add("vector", kF32, {6}, std::string(24, 'v'));
    checkpoint_.Add("far", DType::kInt64, {2}, std::string(16, 'f'), 1);
    checkpoint_.AddSliced("parts", kF32, {4, 3}, std::string(48, 'p'), {Rows(0, 2), Rows(2, 2)}, 2);
    checkpoint_.Add("matrix", kF32, {4, 3}, std::string(48, 'm'));
    checkpoint_.AddStrings("words", {2}, {"hello", "world"});
    checkpoint_.Open(nullptr, IoMode::kAuto);
  }

  // A request for a tensor into memory of its own.
  Request& Want(const std::string& tensor, const Shape& shape, DType dtype = kF32) {
    Request& request = requests_.emplace_back();
    request.tensor = tensor;
    request.shape = shape;
    request.dtype = dtype;
    if (dtype == DType::kString) {
      request.strings = &strings_.emplace_back();
    } else {
      std::vector<std::byte>& memory = memory_.emplace_back();
      memory.resize(static_cast<std::size_t>(NumElements(shape).value_or(0)) * ElementSize(dtype));
      request.buffer = memory;
    }
    return request;
  }

  Result<Plan> Build(const PlanOptions& options = {}) {
    return BuildPlan(checkpoint_, requests_, options);
  }

  std::string Described(const PlanOptions& options = {}) {
    const Result<Plan> plan = Build(options);
    return plan.ok() ? Describe(*plan, checkpoint_) : plan.status().ToString();
  }

  InMemoryCheckpoint checkpoint_;
  std::vector<Request> requests_;
  std::deque<std::vector<std::byte>> memory_;
  std::deque<std::vector<std::string>> strings_;
};

TEST_F(PlannerTest, TinyTensorsShareAChunkInFileOrder) {
  Want("vector", {6});
  Want("far", {2}, DType::kInt64);
  Want("scalar", {});

  EXPECT_EQ(Described(),
            "3 requests, 3 units, 2 chunks, 44 bytes\n"
            "chunk 0: shard 0 [0,28)\n"
            "  'scalar' [0,4) of 4 -> request 2 at 0\n"
            "  'vector' [0,24) of 24 -> request 0 at 0\n"
            "chunk 1: shard 1 [0,16)\n"
            "  'far' [0,16) of 16 -> request 1 at 0\n");
}

TEST_F(PlannerTest, StringsHaveAChunkOfTheirOwn) {
  Want("words", {2}, DType::kString);
  Want("matrix", {4, 3});

  EXPECT_EQ(Described(),
            "2 requests, 2 units, 2 chunks, 64 bytes\n"
            "chunk 0: shard 0 [28,76)\n"
            "  'matrix' [0,48) of 48 -> request 1 at 0\n"
            "chunk 1: shard 0 [76,92), strings\n"
            "  'words' [0,16) of 16 -> request 0, elements [0,2) from 0\n");
}

TEST_F(PlannerTest, AWholeTensorIsAssembledFromItsParts) {
  Want("parts", {4, 3});

  EXPECT_EQ(Described(),
            "1 requests, 2 units, 1 chunks, 48 bytes\n"
            "chunk 0: shard 2 [0,48)\n"
            "  'parts' [0,24) of 24 -> request 0 at 0\n"
            "  'parts' [0,24) of 24 -> request 0 at 24\n");
}

TEST_F(PlannerTest, PartsOfAWholeTensorShareOneReadOfIt) {
  Want("matrix", {1, 3}).slice_spec = "4 3 3,1:-";
  Want("matrix", {2, 3}).slice_spec = "4 3 0,2:0,3";

  EXPECT_EQ(Described(),
            "2 requests, 1 units, 1 chunks, 48 bytes\n"
            "chunk 0: shard 0 [28,76)\n"
            "  'matrix' [0,24) of 48 -> request 1 at 0\n"
            "  'matrix' [24,36) of 48: checksum only\n"
            "  'matrix' [36,48) of 48 -> request 0 at 0\n");
}

TEST_F(PlannerTest, InterleavedSlicesReadTheirTensorEach) {
  Want("matrix", {4, 1}).slice_spec = "4 3 -:0,1";
  Want("matrix", {4, 2}).slice_spec = "4 3 -:1,2";

  EXPECT_EQ(Described(),
            "2 requests, 2 units, 2 chunks, 96 bytes\n"
            "chunk 0: shard 0 [28,76)\n"
            "  'matrix' [0,40) of 48 -> request 0 in 4×(+12→+4) runs of 4 from 0 to 0\n"
            "  'matrix' [40,48) of 48: checksum only\n"
            "chunk 1: shard 0 [28,76)\n"
            "  'matrix' [0,4) of 48: checksum only\n"
            "  'matrix' [4,48) of 48 -> request 1 in 4×(+12→+8) runs of 8 from 4 to 0\n");
}

TEST_F(PlannerTest, WithoutVerifyOnlyTheWantedBytesAreRead) {
  Want("matrix", {1, 3}).slice_spec = "4 3 3,1:-";

  EXPECT_EQ(Described({.verify = false}),
            "1 requests, 1 units, 1 chunks, 12 bytes\n"
            "chunk 0: shard 0 [64,76)\n"
            "  'matrix' [36,48) of 48, unchecked -> request 0 at 0\n");
}

TEST_F(PlannerTest, PartsAreCutAnewForAnotherPartitioning) {
  Want("parts", {1, 3}).slice_spec = "4 3 0,1:0,3";
  Want("parts", {3, 3}).slice_spec = "4 3 1,3:0,3";

  EXPECT_EQ(Described(),
            "2 requests, 2 units, 1 chunks, 48 bytes\n"
            "chunk 0: shard 2 [0,48)\n"
            "  'parts' [0,12) of 24 -> request 0 at 0\n"
            "  'parts' [12,24) of 24 -> request 1 at 0\n"
            "  'parts' [0,24) of 24 -> request 1 at 12\n");
}

TEST_F(PlannerTest, EqualPlansForDifferentBuffersCompareEqual) {
  Want("matrix", {4, 3});
  const Plan first = *Build();
  memory_.emplace_back(48);
  requests_[0].buffer = memory_.back();

  EXPECT_EQ(first, *Build());
  EXPECT_FALSE(first == *Build({.verify = false}));
}

TEST_F(PlannerTest, TheFirstMissingNameComesBeforeAllOtherFailures) {
  Want("matrix", {4, 3}, DType::kInt32);
  Want("vektor", {6});
  Want("absent", {6});

  const Status status = Build().status();

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("Key vektor not found in checkpoint"));
  EXPECT_THAT(status.hint(), HasSubstr("vector"));
}

TEST_F(PlannerTest, AllWrongDTypesAreListedInFileOrder) {
  Want("matrix", {1, 1}, DType::kInt32);
  Want("vector", {6}, DType::kFloat64);
  Want("scalar", {7});

  const Status status = Build().status();

  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.what(),
            "tensor_name = vector; expected dtype float64 does not equal original dtype float32\n"
            "tensor_name = matrix; expected dtype int32 does not equal original dtype float32");
}

TEST_F(PlannerTest, AConvertibleDTypeIsTakenOnlyWhenAllowed) {
  Want("vector", {6}, DType::kBFloat16).allow_conversion = true;
  EXPECT_TRUE(Build().ok());

  requests_[0].dtype = DType::kBool;
  requests_[0].buffer = requests_[0].buffer.first(6);
  const Status status = Build().status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.hint(), HasSubstr("no conversion"));
}

TEST_F(PlannerTest, IsolatedRequestsFailAlone) {
  Want("absent", {6});
  Want("scalar", {});
  Want("vector", {6}, DType::kInt32);
  Want("matrix", {3, 4});

  const Result<Plan> plan = Build({.isolate_requests = true});

  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->refusals.size(), 3u);
  EXPECT_EQ(plan->refusals[0].status.code(), StatusCode::kNotFound);
  EXPECT_EQ(plan->refusals[1].request, 2u);
  EXPECT_THAT(plan->refusals[2].status.message(), HasSubstr("lhs shape= [3,4] rhs shape= [4,3]"));
  ASSERT_EQ(plan->units.size(), 1u);
}

TEST_F(PlannerTest, TheFirstWrongShapeInFileOrderIsReported) {
  Want("matrix", {3, 4});
  Want("vector", {5});

  const Status status = Build().status();

  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.tensor(), "vector");
}

// TensorFlow restores all values before it assigns one.
TEST_F(PlannerTest, AWrongSpecComesBeforeAWrongShapeThatIsEarlierInTheFile) {
  Want("scalar", {1});
  Want("matrix", {1, 4}).slice_spec = "3 4 0,1:-";

  const Status status = Build().status();

  EXPECT_EQ(status.tensor(), "matrix");
  EXPECT_THAT(status.what(), HasSubstr("does not match the shape stored in checkpoint: [4,3]"));
}

TEST_F(PlannerTest, AMissingSliceComesBeforeAWrongShape) {
  InMemoryCheckpoint checkpoint;
  checkpoint.Add("first", kF32, {2}, std::string(8, 'f'));
  checkpoint.AddSliced("parts", kF32, {4, 3}, std::string(48, 'p'), {Rows(0, 2), Rows(3, 1)});
  checkpoint.Open(nullptr, IoMode::kAuto);
  Want("first", {3});
  Want("parts", {4, 3});

  EXPECT_EQ(BuildPlan(checkpoint, requests_).status().tensor(), "parts");
}

TEST_F(PlannerTest, OverlappingBuffersAreRefused) {
  Want("matrix", {4, 3});
  Want("vector", {6}).buffer = MutableByteView(memory_[0]).subspan(8, 24);

  const Status status = Build().status();

  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("overlap"));
  EXPECT_EQ(status.tf_class(), "");
}

TEST_F(PlannerTest, VariantTensorsAreUnimplemented) {
  InMemoryCheckpoint checkpoint;
  checkpoint.Add("state", DType::kVariant, {1}, "x");
  checkpoint.Open(nullptr, IoMode::kAuto);
  Want("state", {1}, DType::kVariant);

  EXPECT_EQ(BuildPlan(checkpoint, requests_).status().code(), StatusCode::kUnimplemented);
}

TEST_F(PlannerTest, ADamagedEntryIsRefusedAndNoOther) {
  checkpoint_.AddEntryError(
      {"matrix", EntryProblem::kOverlap, DataLossError("two tensors claim the same bytes"), {}});
  Want("vector", {6});
  EXPECT_TRUE(Build().ok());

  Want("matrix", {4, 3});
  EXPECT_EQ(Build().status().code(), StatusCode::kDataLoss);
}

struct BadRequest {
  const char* name;
  const char* tensor;
  const char* slice_spec;
  Shape shape;
  std::size_t buffer_size;
  StatusCode code;
  const char* words;
};

class BadRequestTest : public PlannerTest, public ::testing::WithParamInterface<BadRequest> {};

TEST_P(BadRequestTest, IsRefused) {
  const BadRequest& bad = GetParam();
  Request& request = Want(bad.tensor, bad.shape);
  request.slice_spec = bad.slice_spec;
  memory_.back().resize(bad.buffer_size);
  request.buffer = memory_.back();

  const Status status = Build().status();

  EXPECT_EQ(status.code(), bad.code) << status.ToString();
  EXPECT_THAT(status.message(), HasSubstr(bad.words));
  EXPECT_EQ(status.tensor(), bad.tensor);
}

INSTANTIATE_TEST_SUITE_P(
    PlannerTest, BadRequestTest,
    ::testing::Values(BadRequest{"ShapeOfAnotherRank",
                                 "scalar",
                                 "",
                                 {1},
                                 4,
                                 StatusCode::kInvalidArgument,
                                 "lhs shape= [1] rhs shape= []"},
                      BadRequest{"BufferTooSmall",
                                 "vector",
                                 "",
                                 {6},
                                 23,
                                 StatusCode::kInvalidArgument,
                                 "the buffer has 23 bytes"},
                      BadRequest{"BufferTooLarge",
                                 "vector",
                                 "",
                                 {6},
                                 25,
                                 StatusCode::kInvalidArgument,
                                 "the buffer has 25 bytes"},
                      BadRequest{"SpecForAScalar",
                                 "scalar",
                                 "-",
                                 {},
                                 4,
                                 StatusCode::kInvalidArgument,
                                 "Need least two elements"},
                      BadRequest{"SpecOfAnotherShape",
                                 "matrix",
                                 "4 4 0,1:-",
                                 {1, 4},
                                 16,
                                 StatusCode::kInvalidArgument,
                                 "does not match the shape stored in checkpoint: [4,3]"},
                      BadRequest{"SpecOfAnotherRank",
                                 "matrix",
                                 "4 3 0,1",
                                 {1},
                                 4,
                                 StatusCode::kInternal,
                                 "Mismatching ranks"},
                      BadRequest{"SpecOutOfBounds",
                                 "matrix",
                                 "4 3 3,2:-",
                                 {2, 3},
                                 24,
                                 StatusCode::kInternal,
                                 "out of bounds"},
                      BadRequest{"SliceOfAnotherShape",
                                 "matrix",
                                 "4 3 0,2:-",
                                 {1, 3},
                                 12,
                                 StatusCode::kInvalidArgument,
                                 "lhs shape= [1,3] rhs shape= [2,3]"}),
    [](const auto& param) { return param.param.name; });

TEST_F(PlannerTest, SlicesWithAGapDoNotSuffice) {
  InMemoryCheckpoint checkpoint;
  checkpoint.AddSliced("parts", kF32, {4, 3}, std::string(48, 'p'), {Rows(0, 2), Rows(3, 1)});
  checkpoint.Open(nullptr, IoMode::kAuto);
  Want("parts", {4, 3});

  const Status status = BuildPlan(checkpoint, requests_).status();

  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("Does not have sufficient slices for partitioned tensor "
                                          "parts to restore in slice_spec"));
}

TEST_F(PlannerTest, AnExtentThatContradictsItsShapeIsDataLoss) {
  InMemoryCheckpoint checkpoint;
  checkpoint.Add("short", kF32, {4}, std::string(12, 'x'));
  checkpoint.Open(nullptr, IoMode::kAuto);
  Want("short", {4});

  const Status status = BuildPlan(checkpoint, requests_).status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(status.shard(), 0);
  EXPECT_EQ(status.offset(), 0u);
}

TEST(ChunkingTest, ChunksAreAtMostAFiftiethOfAThreadsShare) {
  EXPECT_EQ(ChooseChunkBytes(440'000'000, 2), std::uint64_t{4} << 20);
  EXPECT_EQ(ChooseChunkBytes(440'000'000, 16), std::uint64_t{512} << 10);
  EXPECT_EQ(ChooseChunkBytes(1'000, 1), std::uint64_t{256} << 10);
  EXPECT_EQ(ChooseChunkBytes(std::uint64_t{1} << 40, 1), std::uint64_t{8} << 20);
}

TEST(ChunkingTest, PiecesCoverEveryByteOfEveryUnitOnceAndInOrder) {
  Plan plan;
  std::uint64_t offset = 5;
  for (const std::uint64_t length :
       {100ull, 0ull, 40'000ull, 8'192ull, 1ull, 16'385ull, 70'000ull}) {
    plan.units.push_back({.offset = offset, .length = length, .is_checked = true});
    offset += length + (length % 2);
  }

  CutIntoChunks(8192, &plan);

  std::uint64_t num_bytes = 0;
  for (std::uint32_t u = 0; u < plan.units.size(); ++u) {
    const Unit& unit = plan.units[u];
    std::uint64_t position = unit.offset;
    for (std::uint32_t c = unit.first_chunk; c <= unit.last_chunk; ++c) {
      const Chunk& chunk = plan.chunks[c];
      for (std::uint32_t p = chunk.first_piece; p < chunk.first_piece + chunk.num_pieces; ++p) {
        const Piece& piece = plan.pieces[p];
        if (piece.unit != u) continue;
        EXPECT_EQ(piece.offset, position);
        EXPECT_GE(piece.offset, chunk.offset);
        EXPECT_LE(piece.end(), chunk.end);
        EXPECT_TRUE(piece.end() == unit.end() || (piece.end() - unit.offset) % 16 == 0);
        position = piece.end();
      }
    }
    EXPECT_EQ(position, unit.end()) << u;
    num_bytes += unit.length;
  }
  EXPECT_EQ(plan.num_bytes, num_bytes);
  for (const Chunk& chunk : plan.chunks) EXPECT_LE(chunk.end - chunk.offset, 2u * 8192);
}

TEST(ChunkingTest, AWideHoleEndsAChunk) {
  Plan plan;
  plan.units.push_back({.offset = 0, .length = 8, .is_checked = true});
  plan.units.push_back({.offset = 64, .length = 8, .is_checked = true});
  plan.units.push_back({.offset = 1 << 20, .length = 8, .is_checked = true});

  CutIntoChunks(std::uint64_t{256} << 10, &plan);

  ASSERT_EQ(plan.chunks.size(), 2u);
  EXPECT_EQ(plan.chunks[0].num_pieces, 2u);
}

}  // namespace
}  // namespace thaw
