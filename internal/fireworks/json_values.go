// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Timestamp is a point in time. It keeps the text of the API, which users see.
type Timestamp struct {
	text string
	time time.Time
}

// ParseTimestamp reads RFC 3339 with up to nine fractional digits; the empty string is the zero Timestamp.
func ParseTimestamp(text string) (Timestamp, error) {
	if text == "" {
		return Timestamp{}, nil
	}

	parsed, err := time.Parse(time.RFC3339Nano, text)
	if before, after, ok := cutLeapSecond(text); err != nil && ok {
		parsed, err = time.Parse(time.RFC3339Nano, before+"59"+after)
		parsed = parsed.Add(time.Second)
	}

	if err != nil {
		return Timestamp{}, fmt.Errorf("%s is not an RFC 3339 timestamp", quoteWhole(text))
	}

	return Timestamp{text: text, time: parsed}, nil
}

// cutLeapSecond splits a timestamp around the second 60, which RFC 3339 allows and the package time does not.
func cutLeapSecond(text string) (before, after string, found bool) {
	const seconds = len("2006-01-02T15:04:")
	if len(text) < seconds+2 || text[seconds:seconds+2] != "60" {
		return "", "", false
	}

	return text[:seconds], text[seconds+2:], true
}

// String returns the text of the API, empty if there is none.
func (t Timestamp) String() string { return t.text }

// Time returns the point in time, the zero time if there is none.
func (t Timestamp) Time() time.Time { return t.time }

// UnmarshalJSON reads a string or null.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	text, err := jsonText(data)
	if err != nil {
		return fmt.Errorf("a timestamp is not a string: %w", err)
	}

	parsed, err := ParseTimestamp(text)
	*t = parsed

	return err
}

// jsonText reads a string or null. A string without escapes needs no decoder, which for the timestamps of a long
// listing would take more than the rest of their rows.
func jsonText(data []byte) (string, error) {
	if last := len(data) - 1; last > 0 && data[0] == '"' && bytes.IndexByte(data, '\\') < 0 && utf8.Valid(data) {
		return string(data[1:last]), nil
	}

	var text string

	err := json.Unmarshal(data, &text)

	return text, err
}

// Int64 is an integer of proto3 JSON, which is a number or a string; 0 when the API omits it.
type Int64 int64

// UnmarshalJSON reads a number, a string or null.
func (n *Int64) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	if text == "" || text == "null" {
		return nil
	}

	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		float, floatErr := strconv.ParseFloat(text, 64)
		if floatErr != nil || float != float64(int64(float)) || float >= 1<<53 || float <= -1<<53 {
			return fmt.Errorf("%s is not an integer", quoteWhole(text))
		}

		value = int64(float)
	}

	*n = Int64(value)

	return nil
}

// Float64 is a number of proto3 JSON, which is a number or a string; 0 when the API omits it.
type Float64 float64

// UnmarshalJSON reads a finite number, a string or null.
func (f *Float64) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	if text == "" || text == "null" {
		return nil
	}

	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		return fmt.Errorf("%s is not a number", quoteWhole(text))
	}

	*f = Float64(value)

	return nil
}

// Enum is the name of the value of an enum, or its number from an older server. It is empty when the API omits the
// value or sends the one that stands for none: 0, or a name that ends in UNSPECIFIED.
type Enum string

// UnmarshalJSON reads a string, a number or null.
func (e *Enum) UnmarshalJSON(data []byte) error {
	text, err := jsonText(data)
	if err != nil {
		var number Int64
		if err := number.UnmarshalJSON(data); err != nil {
			return fmt.Errorf("an enum is neither a string nor a number: %w", err)
		}

		text = strconv.FormatInt(int64(number), 10)
	}

	*e = Enum(text)
	if text == "0" || text == "UNSPECIFIED" || strings.HasSuffix(text, "_UNSPECIFIED") {
		*e = ""
	}

	return nil
}

// named returns the enum's name: numbers are looked up in names, whose index is the number.
func (e Enum) named(names ...string) Enum {
	if number, err := strconv.Atoi(string(e)); err == nil && number >= 0 && number < len(names) {
		return Enum(names[number])
	}

	return e
}

// emptyToNil returns nil for an object that contains nothing: the API may send its fields with their default values or
// omit it.
func emptyToNil[T any](object *T) *T {
	if object == nil || isEmpty(reflect.ValueOf(*object)) {
		return nil
	}

	return object
}

func isEmpty(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Map, reflect.Slice:
		return value.Len() == 0
	case reflect.Pointer:
		return value.IsNil() || isEmpty(value.Elem())
	case reflect.Struct:
		for i := range value.NumField() {
			if !isEmpty(value.Field(i)) {
				return false
			}
		}

		return true
	default:
		return value.IsZero()
	}
}

// withoutEmpty removes the empty texts of a list, nil if no other is left.
func withoutEmpty[S ~[]T, T ~string](list S) S {
	list = slices.DeleteFunc(list, func(text T) bool { return text == "" })
	if len(list) == 0 {
		return nil
	}

	return list
}

// grpcCode is the code in an error body: the number or name of a gRPC code, or another text or number.
type grpcCode struct {
	// Number is the gRPC code, 0 if there is none.
	Number int
	// Other is what the code is instead, empty if there is a gRPC code, no code, or the code OK.
	Other string
}

// UnmarshalJSON never fails: a code of another form is no code, because it only adds to a status and a message.
func (c *grpcCode) UnmarshalJSON(data []byte) error {
	var code Enum
	if code.UnmarshalJSON(data) != nil {
		return nil //nolint:nilerr // an error is no reason to reject an error response
	}

	*c = grpcCode{}

	name := strings.ToUpper(string(code.named(codeNames[:]...)))

	switch number := slices.Index(codeNames[:], name); {
	case number > 0:
		c.Number = number
	case name != "" && name != "OK":
		c.Other = string(code)
	}

	return nil
}

// maxQuotedBytes is the length of the longest value that an error quotes.
const maxQuotedBytes = 64

// quoteWhole quotes a value completely or not at all: a part of a secret would not be redacted.
func quoteWhole(text string) string {
	if len(text) > maxQuotedBytes {
		return fmt.Sprintf("a text of %d bytes", len(text))
	}

	return strconv.Quote(text)
}
