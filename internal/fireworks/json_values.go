package fireworks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
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
	if err != nil {
		return Timestamp{}, fmt.Errorf("%s is not an RFC 3339 timestamp", quoteWhole(text))
	}

	return Timestamp{text: text, time: parsed}, nil
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

// jsonText reads a string or null. A string without escapes needs no decoder, which for the timestamps of a long listing
// would take more than the rest of their rows.
func jsonText(data []byte) (string, error) {
	if last := len(data) - 1; last > 0 && data[0] == '"' && bytes.IndexByte(data, '\\') < 0 {
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

// Enum is the name of the value of an enum, or its number from an older server; empty when the API omits it.
type Enum string

// UnmarshalJSON reads a string, a number or null.
func (e *Enum) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*e = Enum(text)
		return nil
	}

	var number Int64
	if err := number.UnmarshalJSON(data); err != nil {
		return fmt.Errorf("an enum is neither a string nor a number: %w", err)
	}

	*e = Enum(strconv.FormatInt(int64(number), 10))

	return nil
}

// named returns the enum's name: numbers are looked up in names, whose index is the number.
func (e Enum) named(names ...string) Enum {
	if number, err := strconv.Atoi(string(e)); err == nil && number >= 0 && number < len(names) {
		return Enum(names[number])
	}

	return e
}

// jsonCode reads a gRPC code that is a number or a name; what is neither is 0, because the code only adds to a message.
type jsonCode int

func (c *jsonCode) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	if number, err := strconv.Atoi(text); err == nil && codeName(number) != "" {
		*c = jsonCode(number)
		return nil
	}

	*c = jsonCode(max(0, slices.Index(codeNames[:], strings.ToUpper(text))))

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
