package provider

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	// benchmarkLatency is the time that the mock API takes for a request.
	benchmarkLatency = 5 * time.Millisecond
)

// benchmarkCheckpoints returns the checkpoints of a long training run.
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

// BenchmarkSchema measures the first call that every provider process serves.
func BenchmarkSchema(b *testing.B) {
	for b.Loop() {
		server := providerserver.NewProtocol6(New("bench")())()
		if _, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadCheckpoints measures a read of fireworks_checkpoints with 10,000 rows: requests, decoding, and state.
// The state alone is its floor.
func BenchmarkReadCheckpoints(b *testing.B) {
	b.Run("read", func(b *testing.B) {
		const typeName = "fireworks_checkpoints"

		platform := newPlatform(b, mockapi.Options{BigJobCheckpoints: benchmarkRows, Latency: benchmarkLatency})
		protocol := platform.protocol(b)

		schemas, err := protocol.server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			b.Fatal(err)
		}

		config := protocol.dynamic(schemas.DataSourceSchemas[typeName].ValueType(), values{"job_id": "accounts/demo/rlorTrainerJobs/big-run"})

		for b.Loop() {
			// Reads that start at the same time share one listing.
			platform.clock.advance(time.Second)

			resp, err := protocol.server.ReadDataSource(b.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
			if err != nil || len(resp.Diagnostics) > 0 {
				b.Fatal(err, decodeDiagnostics(resp.Diagnostics))
			}
		}

		b.ReportMetric(float64(len(platform.Requests()))/float64(b.N), "requests/op")
	})

	b.Run("state", func(b *testing.B) {
		rows := benchmarkCheckpoints(b, benchmarkRows)
		stateType := checkpointsSchema().Type().TerraformType(b.Context())

		for b.Loop() {
			checkpointsState(stateType, checkpointsArguments{}, sftJob, rows)
		}
	})
}

// BenchmarkWaitForPromotion reports in virtual time how long after the end of its promotion an apply finishes.
func BenchmarkWaitForPromotion(b *testing.B) {
	for _, length := range []time.Duration{time.Second, 3 * time.Second, 8 * time.Second, 30 * time.Second} {
		b.Run(length.String(), func(b *testing.B) {
			platform := newPlatform(b, mockapi.Options{PromotionTime: length})
			models := platform.promotedModels(b)

			var late, worst time.Duration

			count := 0

			for b.Loop() {
				start := platform.clock.Now()

				result := models.Run(b.Context(), &instance{}, modelConfig(fmt.Sprintf("m-%d", count)), runOptions{})
				if len(result.Diagnostics) > 0 {
					b.Fatal(result.Diagnostics)
				}

				over := platform.clock.Now().Sub(start) - length
				late, worst, count = late+over, max(worst, over), count+1
			}

			b.ReportMetric(float64(late.Milliseconds())/float64(count), "late-ms/op")
			b.ReportMetric(float64(worst.Milliseconds()), "late-ms-max")
			b.ReportMetric(float64(len(platform.Requests()))/float64(count), "requests/op")
		})
	}
}

// BenchmarkAccPlan measures terraform plan with the provider as its own process, beside a plan of as many terraform_data
// resources, which need no provider process: the floor.
func BenchmarkAccPlan(b *testing.B) {
	skipUnlessAcc(b)

	plugins := b.TempDir()

	build := exec.CommandContext(b.Context(), "go", "build", "-o", filepath.Join(plugins, "terraform-provider-fireworks"), moduleRoot)
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}

	for _, count := range []int{1, 200} {
		models := fmt.Sprintf(`
resource "fireworks_promoted_model" "this" {
  count           = %d
  checkpoint_name = %q
  output_model_id = "m-${count.index}"
  base_model      = %q
}
`, count, fullCheckpoint, qwenBase)
		floor := fmt.Sprintf("resource \"terraform_data\" \"this\" {\n  count = %d\n  input = \"m-${count.index}\"\n}\n", count)

		for _, existing := range []bool{false, true} {
			kind := map[bool]string{false: "new", true: "existing"}[existing]

			b.Run(fmt.Sprintf("%s=%d", kind, count), func(b *testing.B) { benchmarkPlan(b, plugins, requiredProvider+models, existing) })
			b.Run(fmt.Sprintf("%s=%d/floor", kind, count), func(b *testing.B) { benchmarkPlan(b, plugins, floor, existing) })
		}
	}
}

// benchmarkPlan measures terraform plan, after an apply if the resources are to exist.
func benchmarkPlan(b *testing.B, plugins, config string, existing bool) {
	b.Helper()

	api, err := mockapi.New(mockapi.Options{PromotionTime: time.Millisecond, Latency: benchmarkLatency})
	if err != nil {
		b.Fatal(err)
	}

	server := httptest.NewServer(api)
	b.Cleanup(server.Close)

	dir := b.TempDir()
	settings := filepath.Join(dir, "cli.tfrc")
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"fw-ai/fireworks\" = %q\n  }\n}\n", filepath.ToSlash(plugins))

	for name, text := range map[string]string{settings: overrides, filepath.Join(dir, "main.tf"): config} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}

	// run returns the processor time of the CLI and its provider processes, which depends less on the load of the machine.
	run := func(args ...string) time.Duration {
		command := exec.CommandContext(b.Context(), cliPath(b), args...)
		command.Dir = dir

		command.Env = append(environmentWithoutSettings(),
			"CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+settings, "FIREWORKS_API_KEY="+testAPIKey, "FIREWORKS_BASE_URL="+server.URL)

		if out, err := command.CombinedOutput(); err != nil {
			b.Fatalf("%v: %v\n%s", args, err, out)
		}

		return command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	}

	if existing {
		run("apply", "-auto-approve", "-parallelism=100")
	}

	api.ResetRequests()

	var processorTime time.Duration

	for b.Loop() {
		processorTime += run("plan")
	}

	b.ReportMetric(float64(processorTime.Milliseconds())/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(len(api.Requests()))/float64(b.N), "requests/op")
}
