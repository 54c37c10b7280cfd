// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// nameParser adapts a parser, so that one table holds all kinds of names.
func nameParser[N interface {
	comparable
	String() string
}](parse func(string) (N, error)) func(string) (any, string, error) {
	return func(s string) (any, string, error) {
		n, err := parse(s)

		var zero N
		if err != nil && n != zero {
			return nil, "", errors.New("a failed parse returned a name as well")
		}

		return n, n.String(), err
	}
}

var nameParsers = map[string]func(string) (any, string, error){
	"job":        nameParser(ParseJobName),
	"session":    nameParser(ParseSessionName),
	"checkpoint": nameParser(ParseCheckpointName),
	"model":      nameParser(ParseModelName),
	"deployment": nameParser(ParseDeploymentName),
	"shape":      nameParser(ParseTrainingShapeName),
	"operation":  nameParser(ParseOperationName),
	"deployed":   nameParser(ParseDeployedModelName),
	"serving":    nameParser(ParseDeploymentShapeName),
	"router":     nameParser(ParseRouterName),
	"tuning":     nameParser(ParseFineTuningJobName),
}

func TestParseName_Valid(t *testing.T) {
	t.Parallel()

	tests := []struct {
		kind string
		name string
		want any
	}{
		{"job", "accounts/a/rlorTrainerJobs/j", JobName{"a", "j"}},
		{"session", "accounts/a/trainingSessions/s", SessionName{"a", "s"}},
		{
			"checkpoint", "accounts/a/rlorTrainerJobs/j/checkpoints/c",
			CheckpointName{AccountID: "a", JobID: "j", CheckpointID: "c"},
		},
		{
			"checkpoint", "accounts/a/trainingSessions/s/checkpoints/c",
			CheckpointName{AccountID: "a", SessionID: "s", CheckpointID: "c"},
		},
		{"model", "accounts/a/models/m", ModelName{"a", "m"}},
		{"deployment", "accounts/a/deployments/d", DeploymentName{"a", "d"}},
		{"shape", "accounts/a/trainingShapes/s", TrainingShapeName{"a", "s", ""}},
		{"shape", "accounts/a/trainingShapes/s/versions/v", TrainingShapeName{"a", "s", "v"}},
		{"operation", "accounts/a/operations/o", OperationName{"a", "o"}},
		{"deployed", "accounts/a/deployedModels/d", DeployedModelName{"a", "d"}},
		{"serving", "accounts/a/deploymentShapes/s", DeploymentShapeName{"a", "s", ""}},
		{"serving", "accounts/a/deploymentShapes/s/versions/v", DeploymentShapeName{"a", "s", "v"}},
		{"router", "accounts/a/routers/r", RouterName{"a", "r"}},
		{"tuning", "accounts/a/supervisedFineTuningJobs/j", FineTuningJobName{"a", FineTuningJobSupervised, "j"}},
		{"tuning", "accounts/a/dpoJobs/j", FineTuningJobName{"a", FineTuningJobDPO, "j"}},
		{"tuning", "accounts/a/reinforcementFineTuningJobs/j", FineTuningJobName{"a", FineTuningJobReinforcement, "j"}},
		{"model", "accounts/A b/models/...%2F?x=1#é", ModelName{"A b", "...%2F?x=1#é"}},
		{"model", "accounts/accounts/models/models", ModelName{"accounts", "models"}},
		{
			"model", "accounts/a/models/m~." + strings.Repeat("x", 1000),
			ModelName{"a", "m~." + strings.Repeat("x", 1000)},
		},
	}
	for _, test := range tests {
		t.Run(test.kind+" "+quoteShort(test.name), func(t *testing.T) {
			t.Parallel()

			got, text, err := nameParsers[test.kind](test.name)
			if err != nil || got != test.want {
				t.Fatalf("got %+v, %v, want %+v", got, err, test.want)
			}

			if text != test.name {
				t.Errorf("String() = %q, want %q", text, test.name)
			}
		})
	}
}

func TestName_Parts(t *testing.T) {
	t.Parallel()

	job := CheckpointName{AccountID: "a", JobID: "j", CheckpointID: "c"}
	checkEqual(t, "IsSession() of the job checkpoint", job.IsSession(), false)
	checkEqual(t, "parent of the job checkpoint", job.Parent().String(), "accounts/a/rlorTrainerJobs/j")

	session := CheckpointName{AccountID: "a", SessionID: "s", CheckpointID: "c"}
	checkEqual(t, "IsSession() of the session checkpoint", session.IsSession(), true)
	checkEqual(t, "parent of the session checkpoint", session.Parent().String(), "accounts/a/trainingSessions/s")

	shape := TrainingShapeName{AccountID: "a", ShapeID: "s", VersionID: "v"}
	if shape.Shape() != "accounts/a/trainingShapes/s" {
		t.Errorf("Shape() = %q", shape.Shape())
	}
}

func TestParseName_Invalid(t *testing.T) {
	t.Parallel()

	tests := []struct{ kind, name, reason, suggestion string }{
		{"job", "", "it is empty", ""},
		{"job", "j", "it is only an ID; the full name is required", ""},
		{
			"checkpoint", "step-50", "it is only an ID; the full name is required, as data.fireworks_checkpoints " +
				"returns it", "",
		},
		{"shape", "qwen3-8b-128k", "it is only an ID; the full name is required", ""},
		{"job", "accounts/a/trainingSessions/s", "it is a training session name", ""},
		{"session", "accounts/a/rlorTrainerJobs/j", "it is a trainer job name", ""},
		{"checkpoint", "accounts/a/rlorTrainerJobs/j", "it is a trainer job name", ""},
		{"model", "accounts/a/deployments/d", "it is a deployment name", ""},
		{"deployment", "accounts/a/models/m", "it is a model name", ""},
		{"serving", "accounts/a/trainingShapes/s/versions/v", "it is a training shape name", ""},
		{"shape", "accounts/a/deploymentShapes/s", "it is a deployment shape name", ""},
		{"deployment", "accounts/a/deployedModels/d", "it is a deployed model name", ""},
		{"serving", "default", "it is only an ID; the full name is required", ""},
		{"model", "accounts/a/operations/o", "it is a long-running operation name", ""},
		{"operation", "accounts/a/trainingShapes/s/versions/v", "it is a training shape name", ""},
		{
			"job", "accounts/a/rlorTrainerJobs/j/checkpoints/c", `it is a checkpoint name`,
			"accounts/a/rlorTrainerJobs/j",
		},
		{"job", " accounts/a/rlorTrainerJobs/j", `it starts or ends with white space`, "accounts/a/rlorTrainerJobs/j"},
		{"job", "accounts/a/rlorTrainerJobs/j\n", `it starts or ends with white space`, "accounts/a/rlorTrainerJobs/j"},
		{"model", "accounts/a /models/m", "its {account} part starts or ends with white space", ""},
		{
			"shape",
			"https://api.fireworks.ai/v1/accounts/a/trainingShapes/s/versions/v?x=1",
			`it is a URL; a resource name starts with "accounts/"`, "accounts/a/trainingShapes/s/versions/v",
		},
		{
			"model", "https://app.fireworks.ai/models/fireworks/qwen3-8b",
			`it is a URL; a resource name starts with "accounts/"`, "",
		},
		{
			"model",
			"/accounts/a/models/m",
			`it starts with a slash; a resource name starts with "accounts/"`, "accounts/a/models/m",
		},
		{"model", "accounts/a/models/m/", `it ends with a slash`, "accounts/a/models/m"},
		{"model", "v1/accounts/a/models/m", `it has "v1" instead of "accounts"`, "accounts/a/models/m"},
		{
			"job", "accounts/a/rlortrainerjobs/j",
			`it has "rlortrainerjobs" instead of "rlorTrainerJobs" (names are case-sensitive)`, "",
		},
		{"job", "accounts/a/supervisedFineTuningJobs/j", `it is a fine-tuning job name`, ""},
		{
			"checkpoint", "accounts/a/trainingSessions/s/checkpoint/c", `it has "checkpoint" instead of "checkpoints"`,
			"",
		},
		{
			"checkpoint", "accounts/a/trainingSessions", `"/{session}/checkpoints/{checkpoint}" is missing at its end`,
			"",
		},
		{
			"model", "accounts/a/models/m/versions/v", `it has more than the 4 segments of a model name`,
			"accounts/a/models/m",
		},
		{"model", "accounts//models/m", "its {account} part is empty", ""},
		{"model", "accounts/../models/m", `its {account} part is "..", which is not an ID`, ""},
		{"model", "accounts/a/models/.", `its {model} part is ".", which is not an ID`, ""},
		{"model", "accounts/a/models/m\x00n", "it contains a control character (U+0000) at position 20", ""},
		{"model", "accounts/é/models/m\u0085n", "it contains a control character (U+0085) at position 20", ""},
		{"model", "accounts/a/models/\xff", "it is not valid UTF-8", ""},
	}
	for _, test := range tests {
		t.Run(test.kind+" "+quoteShort(test.name), func(t *testing.T) {
			t.Parallel()

			_, _, err := nameParsers[test.kind](test.name)

			var nameErr *NameError
			if !errors.As(err, &nameErr) {
				t.Fatalf("error %v, want a *NameError", err)
			}

			if nameErr.Reason != test.reason {
				t.Errorf("reason\n%s\nwant\n%s", nameErr.Reason, test.reason)
			}

			if nameErr.Suggestion != test.suggestion {
				t.Errorf("suggestion %q, want %q", nameErr.Suggestion, test.suggestion)
			}

			if nameErr.Value != test.name {
				t.Errorf("value %q, want %q", nameErr.Value, test.name)
			}
		})
	}
}

func TestNameError_Text(t *testing.T) {
	t.Parallel()

	_, err := ParseCheckpointName("step-50")

	want := `"step-50" is not a valid checkpoint name: it is only an ID; the full name is required,` +
		` as data.fireworks_checkpoints returns it. ` +
		`The expected form is accounts/{account}/rlorTrainerJobs/{job}/checkpoints/{checkpoint} or ` +
		`accounts/{account}/trainingSessions/{session}/checkpoints/{checkpoint}.`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestNameError_TextLength(t *testing.T) {
	t.Parallel()

	huge := strings.Repeat("/\U000E0001", 1<<14)
	for kind, parse := range nameParsers {
		for _, name := range []string{huge, "accounts" + huge, "accounts/a/" + huge[1:], "a" +
			strings.Repeat("\xff", 1<<14)} {
			if _, _, err := parse(name); err == nil || len(err.Error()) > maxErrorTextBytes {
				t.Errorf("%s: error text is missing or has %d bytes", kind, len(err.Error()))
			}
		}
	}
}

func TestValidateID(t *testing.T) {
	t.Parallel()

	const expected = " The expected form is an ID without a slash."

	tests := map[string]string{
		"demo":       "",
		"a b.c_d%2F": "",
		"...":        "",
		"":           `"" is not a valid account ID: it is empty.` + expected,
		".":          `"." is not a valid account ID: it is ".", which is not an ID.` + expected,
		"..":         `".." is not a valid account ID: it is "..", which is not an ID.` + expected,
		" demo":      `" demo" is not a valid account ID: it starts or ends with white space.` + expected,
		"a\tb":       `"a\tb" is not a valid account ID: it contains a control character (U+0009) at position 2.` + expected,
		"a\xc3":      `"a\xc3" is not a valid account ID: it is not valid UTF-8.` + expected,
		"accounts/demo": `"accounts/demo" is not a valid account ID: it contains a slash. Did you mean "demo"?` +
			expected,
		"accounts/":         `"accounts/" is not a valid account ID: it contains a slash.` + expected,
		"accounts/a/models": `"accounts/a/models" is not a valid account ID: it contains a slash.` + expected,
	}
	for id, want := range tests {
		t.Run(quoteShort(id), func(t *testing.T) {
			t.Parallel()

			got := ""
			if err := ValidateID("account ID", id); err != nil {
				got = err.Error()
			}

			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestQuoteShort(t *testing.T) {
	t.Parallel()

	exact := strings.Repeat("é", maxQuotedCharacters)
	if got := quoteShort(exact); got != `"`+exact+`"` {
		t.Errorf("a text of the maximum length was changed: %s", got)
	}

	if got := quoteShort(exact + "é"); got != `"`+exact+`…"` || !utf8.ValidString(got) {
		t.Errorf("a longer text was not cut after %d characters: %s", maxQuotedCharacters, got)
	}
}
