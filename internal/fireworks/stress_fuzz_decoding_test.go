// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"math"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
)

// staticTransport responds to every request with the same bytes, without a network.
type staticTransport struct {
	status int
	header http.Header
	body   []byte
}

func (c *staticTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.status, Header: c.header, Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(c.body)), ContentLength: int64(len(c.body)),
	}, nil
}

func newStaticClient(f *testing.F) (*Client, *staticTransport) {
	f.Helper()
	client := newTestClient(f, "http://127.0.0.1",
		func(c *Config) { c.AdditionalHeaders = map[string]string{testHeader: testHeadVal} })
	transport := &staticTransport{status: http.StatusOK, header: http.Header{}}
	client.transport.RegisterProtocol("canned", transport)
	client.baseURL = "canned://api.test"

	return client, transport
}

// checkText checks what holds for every text that users see.
func checkText(t *testing.T, text string) {
	t.Helper()

	if len(text) > 2*maxText {
		t.Errorf("text of %d bytes: %.100s", len(text), text)
	}

	if !utf8.ValidString(text) {
		t.Errorf("text is not UTF-8: %q", text)
	}

	if strings.Contains(text, testKey) || strings.Contains(text, testHeadVal) {
		t.Errorf("text contains a secret: %q", text)
	}
}

func checkTimestamp(t *testing.T, at Timestamp) {
	t.Helper()

	again, err := ParseTimestamp(at.String())
	if err != nil || !again.Time().Equal(at.Time()) || !utf8.ValidString(at.String()) {
		t.Errorf("timestamp %q is %v, and read again %v, error %v", at.String(), at.Time(), again.Time(), err)
	}
}

func checkModel(t *testing.T, model Model) {
	t.Helper()

	if p := model.PEFTDetails; p != nil && (p.BaseModel == "" || slices.Contains(p.TargetModules, "")) {
		t.Errorf("PEFT details %+v of nothing", *p)
	}

	if d := model.BaseModelDetails; d != nil && *d == (BaseModelDetails{}) {
		t.Error("base model details of nothing")
	}

	checkEqual(t, "a deployment without a name", slices.Contains(model.Deployments, ""), false)
}

func checkOperation(t *testing.T, operation Operation) {
	t.Helper()
	checkText(t, operation.StatusMessage)

	if operation.Failure != nil {
		checkText(t, operation.Failure.Error())
	}

	if !operation.Done && (operation.Failure != nil || operation.Model != nil) || operation.Failure != nil &&
		operation.Model != nil {
		t.Errorf("operation %+v contradicts itself", operation)
	}

	if operation.Model != nil && operation.Model.Name == "" {
		t.Error("the operation's model has no name")
	}
}

func checkCheckpoints(t *testing.T, rows []Checkpoint) {
	t.Helper()

	seen := map[string]bool{}

	for i, row := range rows {
		if row.Name == "" || seen[row.Name] || row.ID() == "" && !strings.HasSuffix(row.Name, "/") && row.Name != "" {
			t.Errorf("row %+v, seen %t, ID %q", row, seen[row.Name], row.ID())
		}

		seen[row.Name] = true
		if i > 0 && row.CreateTime.Time().Before(rows[i-1].CreateTime.Time()) {
			t.Errorf("row %d is older than the one before", i)
		}
	}

	for _, row := range Promotable(rows) {
		if !row.Promotable {
			t.Errorf("%+v is not promotable", row)
		}
	}
}

func checkProfile(t *testing.T, profile TrainingShapeProfile) {
	t.Helper()

	name, err := ParseTrainingShapeName(profile.Name)
	if err != nil || name.VersionID == "" || name.Shape() != profile.Shape {
		t.Errorf("profile of %q, %q: %v", profile.Name, profile.Shape, err)
	}

	if profile.NodeCount == 0 || profile.PipelineParallelism == 0 || profile.TensorParallelism == 0 ||
		profile.ContextParallelism == 0 ||
		profile.ExpertParallelism == 0 {
		t.Errorf("profile %+v has a count of 0", profile)
	}
}

func checkPromotion(t *testing.T, promotion Promotion) {
	t.Helper()

	if promotion.Operation == nil && promotion.Model == nil {
		t.Error("an empty promotion without an error")
	}

	if promotion.Operation != nil {
		checkOperation(t, *promotion.Operation)
	}
}

// decodeAll calls every method, so that each decodes the same response, and returns their errors.
func decodeAll(ctx context.Context, t *testing.T, client *Client) []error {
	t.Helper()

	var all []error

	keep := func(err error, check func()) {
		if all = append(all, err); err == nil {
			check()
		}
	}
	id, err := client.lookUpAccountID(ctx)
	keep(err, func() {
		if err := ValidateID("account", id); err != nil {
			t.Error(err)
		}
	})

	for _, call := range apiCalls() {
		if call.name == "AccountID" {
			continue // its result is kept
		}

		result, err := call.do(ctx, client)
		keep(err, func() { checkResult(t, reflect.ValueOf(result)) })
	}

	return all
}

// checkResult checks what a call returned, a resource or a list of them.
func checkResult(t *testing.T, result reflect.Value) {
	t.Helper()

	if !result.IsValid() {
		return
	}

	checkValues(t, result)

	switch result := result.Interface().(type) {
	case []Checkpoint:
		checkCheckpoints(t, result)
	case Promotion:
		checkPromotion(t, result)
	case Operation:
		checkOperation(t, result)
	case TrainingShapeProfile:
		checkProfile(t, result)
	case DeploymentShapeVersion:
		name, err := ParseDeploymentShapeName(result.Name)
		if err != nil || name.VersionID == "" || name.VersionID != result.VersionID || name.Shape() != result.Shape {
			t.Errorf("version %q of %q is named %q: %v", result.VersionID, result.Shape, result.Name, err)
		}
	}
}

// checkValues checks the values of a result, at any depth.
func checkValues(t *testing.T, value reflect.Value) {
	t.Helper()

	switch result := value.Interface().(type) {
	case Timestamp:
		checkTimestamp(t, result)
		return
	case Status:
		checkText(t, result.StatusMessage)
	case Model:
		checkModel(t, result)
	case Deployment:
		checkDeployment(t, result)
	case FineTuningJob:
		checkEqual(t, "the configuration is in two places", result.TrainingConfig, FineTuningConfig{})
	}

	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			checkValues(t, value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				checkValues(t, value.Field(i))
			}
		}
	case reflect.Slice:
		for i := range value.Len() {
			checkValues(t, value.Index(i))
		}
	case reflect.String:
		checkEqual(t, "valid UTF-8 in "+value.String(), utf8.ValidString(value.String()), true)

		if value.Type() == reflect.TypeFor[Enum]() {
			checkSpecified(t, value.String())
		}
	case reflect.Float64:
		checkEqual(t, "is a number", math.IsNaN(value.Float()) || math.IsInf(value.Float(), 0), false)
	default:
	}
}

// checkSpecified checks that an enum does not stand for nothing.
func checkSpecified(t *testing.T, value string) {
	t.Helper()

	if value == "0" || value == "OK" || strings.HasSuffix(value, "_UNSPECIFIED") {
		t.Errorf("%q means nothing", value)
	}
}

func checkDeployment(t *testing.T, d Deployment) {
	t.Helper()

	if p := d.Placement; p != nil {
		checkEqual(t, "a placement of nothing", p.Region == "" && p.MultiRegion == "" && len(p.Regions) == 0, false)
		checkEqual(t, "a region of nothing", slices.Contains(p.Regions, ""), false)
	}

	for key, value := range TagAnnotations(d.Tags()) {
		if annotation, exists := d.Annotations[key]; !exists || annotation != value {
			t.Errorf("the tag %q is %q, but the annotation %q", key, value, annotation)
		}
	}
}

func FuzzDecodeResponses(f *testing.F) {
	for _, call := range apiCalls() {
		f.Add([]byte(call.response))
	}

	for _, seed := range []string{
		``, `null`, `[]`, `"x"`, `<html>`, `{`, "\xff\xfe", `{"nextPageToken":"x"}`, `{"name":"\ud800"}`, "{\"name\":\"\xff\"}",
		`{"checkpoints":[{"name":"a/b","createTime":"2026-05-01T10:00:00.5+02:00","promotable":true},null,{"name":"a/b"}],"next_page_token":""}`,
		`{"checkpoints":[{"name":"a","promotable":true}],"checkpoints":[{}],"trainingSessionCheckpoints":[{"name":"c/","checkpointName":"d"}]}`,
		`{"name":"m","state":2,"status":{"code":13,"message":"` + testKey + `"},"peftDetails":{"r":"8"},` +
			`"deployedModelRefs":["a",{"name":"b"},{}]}`,
		`{"name":"o","done":true,"error":{"code":"NOT_FOUND","message":"\u0066w_test_0123456789abcdef"},` +
			`"metadata":{"value":{"status_message":"s"}}}`,
		`{"name":"o","done":true,"response":{"name":"m","createTime":"` + testKey + `"},"metadata":7}`,
		`{"name":"accounts/a/trainingShapes/s/versions/v","snapshot":{"trainerMode":3,"nodeCount":"0","parameterCount":1e300}}`,
		`{"accounts":[{"name":"accounts/` + testKey + `/x"}],"models":[{"name":"m","contextLength":"` + testKey + `"}]}`,
		`{"operation":{"name":"o","done":true,"response":{"name":"m"}},"model":{"name":"m"}}`,
		`{"name":"d","autoscalingPolicy":{"loadTargets":{"default":"NaN"}},"placement":{"regions":[1,null]},"annotations":{"custom/a":"b"}}`,
		`{"deployments":[{"name":"d","replicaStats":{"readyReplicaCount":"1"}}],"quotas":[{"name":"q","usage":1e300}],"deployedModels":[null]}`,
		`{"name":"m","cluster":"","state":"STATE_UNSPECIFIED","kind":0,"status":{"code":"OK","message":""},"deployedModelRefs":[],"createTime":null,` +
			`"peftDetails":{"baseModel":"","baseModelType":"","r":0,"targetModules":[]},"baseModelDetails":{"modelType":"","parameterCount":"0"}}`,
		`{"model":{"name":"","state":0},"operation":{"name":"o","done":true,"error":{"code":0,"message":"","details":[]},"response":null}}`,
		`{"checkpoints":[{"name":"","checkpointType":"CHECKPOINT_TYPE_UNSPECIFIED"},{"name":"c","checkpointType":3,"createTime":"x"}]}`,
		strings.Repeat(`{"checkpoints":[`, 5000),
	} {
		f.Add([]byte(seed))
	}

	for _, seed := range servingSeeds {
		f.Add([]byte(seed))
	}

	client, transport := newStaticClient(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		transport.body = body

		for _, err := range decodeAll(t.Context(), t, client) {
			if err == nil {
				continue
			}

			checkText(t, err.Error())

			var (
				decodeError  *DecodeError
				accountError *AccountError
				noShape      *NoTrainingShapeError
			)
			if !errors.As(err, &decodeError) && !errors.As(err, &accountError) && !errors.As(err, &noShape) &&
				!errors.Is(err, ErrNoValidatedVersion) {
				t.Errorf("error %v (%T)", err, err)
			}
		}
	})
}

func FuzzErrorBody(f *testing.F) {
	for _, seed := range []string{
		`{"code":5,"message":"no"}`, `{"error":{"code":"NOT_FOUND","message":"no"}}`, `{"error":"no"}`, `{"detail":"no"}`,
		`{}`, `null`, ``, `<html>`, "\xff",
		`{"error":{}}`, `{"error":[]}`, `{"code":{},"message":"\u0000\u001b[2J"}`, testKey, `{"message":"` + testKey + `"}`,
		`{"message":"\u0066w_test_0123456789abcdef"}`, url.QueryEscape(testHeadVal), html.EscapeString(testHeadVal),
		strings.Repeat("\x80", 3*maxText),
		strings.Repeat("x", maxText-3) + testKey,
	} {
		f.Add(404, []byte(seed), "application/json", seed)
		f.Add(503, []byte(seed), "text/html", "")
	}

	client, transport := newStaticClient(f)
	f.Fuzz(func(t *testing.T, status int, body []byte, contentType, requestID string) {
		if status < 300 || status > 999 || status/100 == 3 {
			return
		}

		transport.status, transport.body = status, body
		transport.header = http.Header{"Content-Type": {contentType}, "X-Request-Id": {requestID}}
		_, err := client.GetModel(t.Context(), testModel)

		var apiError *Error
		if !errors.As(err, &apiError) || apiError.StatusCode != status || apiError.Message == "" || apiError.Code < 0 ||
			apiError.Code > 16 {
			t.Fatalf("error %+v (%T)", err, err)
		}

		checkText(t, apiError.Message)
		checkText(t, apiError.RequestID)
		checkText(t, apiError.Error())

		if len(apiError.Message) > maxText+len("… (cut)") {
			t.Errorf("message of %d bytes", len(apiError.Message))
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{
		"", "0", "1", "120", "121", "-1", "+5", " 7 ", "99999999999999999999", "-99999999999999999999", "1.5", "soon",
		"0x10", "1e3",
		"Wed, 21 Oct 2015 07:28:00 GMT", "Wednesday, 21-Oct-15 07:28:00 GMT", "Wed Oct 21 07:28:00 2015",
		"Fri, 01 Jan 9999 00:00:00 GMT",
	} {
		f.Add(seed, int64(1445412400))
		f.Add(seed, int64(-1<<40))
	}

	f.Fuzz(func(t *testing.T, value string, now int64) {
		at := time.Unix(now, 0)

		wait := retryAfter(http.Header{"Retry-After": {value}}, at)
		if wait < 0 || wait > maxDemandedWait {
			t.Fatalf("%q gives %s", value, wait)
		}

		if date, err := http.ParseTime(strings.TrimSpace(value)); err == nil && at.Before(date) != (wait > 0) {
			t.Errorf("the date %q gives %s at %s", value, wait, at.UTC())
		}

		for n := range int64(130) {
			want := min(time.Duration(n)*time.Second, maxDemandedWait)
			if wait := retryAfter(http.Header{"Retry-After": {fmt.Sprint(n)}}, at); wait != want {
				t.Fatalf("%d seconds give %s, want %s", n, wait, want)
			}
		}
	})
}

func FuzzRedact(f *testing.F) {
	for _, secret := range []string{testKey, oddSecret, "abcdefgh", "%%%%%%%%", "aaaaaaaa", `\\\\\\\\`, `""""""""`,
		"&amp;", "a b c", "ä€🦊x",
		"%2F%2f", "\uFFFD\uFFFD", `a"\`} {
		f.Add(secret, "before ", " after")
		f.Add(secret, secret[:2], secret[2:])
		f.Add(secret, strings.Repeat("x", maxText-5), "\x80\x80")
	}

	f.Fuzz(func(t *testing.T, secret, before, after string) {
		secret = strings.TrimSpace(secret)
		sendable := httpguts.ValidHeaderFieldValue(secret) && utf8.ValidString(secret)
		// A secret that is part of the replacement cannot be distinguished from it.
		if !sendable || len(secret) < minLongSecret || strings.ContainsAny(secret, "()…") ||
			strings.Contains(redacted, secret) {
			return
		}

		r := newRedactor(secret)

		escaped, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}

		for _, echo := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret),
			html.EscapeString(secret), string(escaped)} {
			text := r.text(before + echo + after)
			if strings.Contains(text, secret) {
				t.Errorf("%q is not redacted in %q", secret, text)
			}

			if len(text) > maxText+len("… (cut)") || !utf8.ValidString(text) {
				t.Errorf("text of %d bytes, valid %t", len(text), utf8.ValidString(text))
			}

			if before == "" && strings.Contains(text, echo) {
				t.Errorf("%q is not redacted in %q", echo, text)
			}
		}
	})
}
