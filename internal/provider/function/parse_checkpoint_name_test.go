// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

func parsedCheckpoint(account, job, session, checkpoint knownvalue.Check) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"account_id":    account,
		"job_id":        job,
		"session_id":    session,
		"checkpoint_id": checkpoint,
	})
}

func TestAccParseCheckpointName(t *testing.T) {
	t.Parallel()

	expected := " The expected form is accounts/{account}/rlorTrainerJobs/{job}/checkpoints/{checkpoint} or " +
		"accounts/{account}/trainingSessions/{session}/checkpoints/{checkpoint}."
	providertest.RunSteps(t,
		providertest.OutputStep(map[string]knownvalue.Check{
			`provider::fireworks::parse_checkpoint_name("accounts/demo/rlorTrainerJobs/sft/checkpoints/step-50-0a1b2c3d")`: parsedCheckpoint(
				knownvalue.StringExact("demo"), knownvalue.StringExact("sft"), knownvalue.Null(),
				knownvalue.StringExact("step-50-0a1b2c3d")),
			`provider::fireworks::parse_checkpoint_name("accounts/demo/trainingSessions/s1/checkpoints/run-1")`: parsedCheckpoint(
				knownvalue.StringExact("demo"), knownvalue.Null(), knownvalue.StringExact("s1"),
				knownvalue.StringExact("run-1")),
		}),
		providertest.FailingOutputStep(`provider::fireworks::parse_checkpoint_name(null)`,
			`Invalid value for "name" parameter: argument must not be null.`),
		providertest.FailingOutputStep(`provider::fireworks::parse_checkpoint_name("step-50")`,
			`Invalid value for "name" parameter: "step-50" is not a valid checkpoint name: it is only an ID; the full name is required, `+
				`as data.fireworks_checkpoints returns it.`+expected),
		providertest.FailingOutputStep(
			`provider::fireworks::parse_checkpoint_name("accounts/demo/rlorTrainerJobs/sft")`,
			`Invalid value for "name" parameter: `+
				`"accounts/demo/rlorTrainerJobs/sft" is not a valid checkpoint name: it is a trainer job name.`+expected,
		),
		providertest.UnknownOutputStep(`"accounts/a/rlorTrainerJobs/j/checkpoints/c"`,
			`provider::fireworks::parse_checkpoint_name(self.output).job_id`,
			knownvalue.StringExact("j")),
	)
}
