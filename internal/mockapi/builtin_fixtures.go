package mockapi

import (
	_ "embed"
	"strings"
)

// BuiltinFixturesJSON is the built-in fixtures in the format of ReadFixtures.
//
//go:embed builtin_fixtures.json
var BuiltinFixturesJSON string

// BuiltinFixtures returns the fixtures of a server whose Options name none.
//
// The checkpoint of job sft-qwen3-8b that is the latest promotable one is step-200-5e6f7a8b (a full-weight one, of
// 12:00:00.5Z). It is neither the last row, nor the one with the greatest createTime as a string, nor the one with the
// highest step. The job's LoRA checkpoint step-100-3c4d5e6f can be promoted as well.
func BuiltinFixtures() Fixtures {
	f, err := ReadFixtures(strings.NewReader(BuiltinFixturesJSON))
	if err != nil {
		panic("mockapi: the built-in fixtures are broken: " + err.Error())
	}

	return *f
}
