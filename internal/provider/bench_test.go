package provider

import (
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const benchmarkRows = 10_000

// benchmarkCheckpoints are the rows of a long training run.
func benchmarkCheckpoints(t testing.TB, rows int) []fireworks.Checkpoint {
	t.Helper()

	at, err := fireworks.ParseTimestamp("2026-05-01T10:00:00.123456Z")
	if err != nil {
		t.Fatal(err)
	}

	checkpoints := make([]fireworks.Checkpoint, rows)
	for i := range checkpoints {
		checkpoints[i] = fireworks.Checkpoint{
			Name: fmt.Sprintf("%s/checkpoints/step-%d", sftJob, i), CreateTime: at, UpdateTime: at,
			Type: "CHECKPOINT_TYPE_INFERENCE_ARC_V2", Promotable: i%5 == 4,
		}
	}

	return checkpoints
}

// BenchmarkSchema measures the first call to every provider process.
func BenchmarkSchema(b *testing.B) {
	b.ReportAllocs()

	for b.Loop() {
		server := providerserver.NewProtocol6(New("bench")())()
		if _, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckpointsState builds the state of a long listing.
func BenchmarkCheckpointsState(b *testing.B) {
	rows := benchmarkCheckpoints(b, benchmarkRows)
	stateType := checkpointsSchema().Type().TerraformType(b.Context())
	b.ReportAllocs()

	for b.Loop() {
		checkpointsState(stateType, checkpointsArguments{}, sftJob, rows)
	}
}

// BenchmarkReadCheckpoints is what Terraform waits for when it reads a long listing: our part and the framework's.
func BenchmarkReadCheckpoints(b *testing.B) {
	const typeName = "fireworks_checkpoints"

	platform := newPlatform(b, mockapi.Options{BigJobCheckpoints: benchmarkRows})
	protocol := platform.protocol(b)

	schemas, err := protocol.server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}

	config := protocol.dynamic(schemas.DataSourceSchemas[typeName].ValueType(), values{"job_id": "accounts/demo/rlorTrainerJobs/big-run"})

	b.ReportAllocs()

	for b.Loop() {
		response, err := protocol.server.ReadDataSource(b.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
		if err != nil || len(response.Diagnostics) > 0 {
			b.Fatal(err, decodeDiagnostics(response.Diagnostics))
		}
	}
}

// BenchmarkPromotionOvershoot measures how long the wait for a promotion outlasts its operation, in virtual time.
func BenchmarkPromotionOvershoot(b *testing.B) {
	for _, length := range []time.Duration{time.Second, 3 * time.Second, 8 * time.Second, 30 * time.Second} {
		b.Run(length.String(), func(b *testing.B) {
			platform := newPlatform(b, mockapi.Options{PromotionTime: length})

			client, err := fireworks.New(fireworks.Config{APIKey: testAPIKey, BaseURL: platform.URL})
			if err != nil {
				b.Fatal(err)
			}

			b.Cleanup(client.Close)

			checkpoint, err := fireworks.ParseCheckpointName(fullCheckpoint)
			if err != nil {
				b.Fatal(err)
			}

			var late, worst time.Duration

			count := 0
			for b.Loop() {
				request := fireworks.PromotionRequest{Checkpoint: checkpoint, OutputModelID: fmt.Sprintf("m-%d", count), BaseModel: qwenBase}
				data := newProviderData(platform.clock, fireworks.DefaultPollInterval(), planCheckTimeout)
				data.client = client
				promotion := data.newPromotion(request.OutputModel())
				begin := platform.clock.Now()

				if err := promotion.start(b.Context(), request); err != nil {
					b.Fatal(err)
				}

				if err := promotion.wait(b.Context()); err != nil {
					b.Fatal(err)
				}

				over := platform.clock.Now().Sub(begin) - length
				late, worst, count = late+over, max(worst, over), count+1
			}

			b.ReportMetric(float64(late.Milliseconds())/float64(count), "late-ms/op")
			b.ReportMetric(float64(worst.Milliseconds()), "late-ms-at-worst")
			b.ReportMetric(float64(len(platform.Requests()))/float64(count), "requests/op")
		})
	}
}
