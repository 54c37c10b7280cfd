// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultPageSize = 50
	maxPageSize     = 200

	// tokenPrefix contains characters that are corrupted if a client does not escape the token in a URL.
	tokenPrefix = "a+b/c=&d% "
)

// position is a decoded page token: the offset of the first row, and whether an empty page precedes it.
type position struct {
	offset    int
	emptyPage bool
}

// paginate returns the page of rows that a call requests.
func paginate[T any](c *call, rows []T) (page []T, nextToken string, err error) {
	size, err := pageSize(c)
	if err != nil {
		return nil, "", err
	}

	at, err := parseToken(c, c.query.Get("pageToken"), len(rows))
	if err != nil {
		return nil, "", err
	}

	from, to, next := pageBounds(c.faultKind(), at, size, len(rows))
	if next == nil {
		return rows[from:to], "", nil
	}

	return rows[from:to], formatToken(c, *next), nil
}

// pageBounds returns the rows of a page and the position of the next page, altered by a fault.
func pageBounds(fault FaultKind, at position, size, total int) (from, to int, next *position) {
	if at.emptyPage {
		return at.offset, at.offset, &position{offset: at.offset}
	}

	from, to = min(at.offset, total), min(at.offset+size, total)
	if to < total {
		next = &position{offset: to}
	}

	switch fault {
	case FaultEndlessPages:
		next = &position{offset: max(to, at.offset+1)}
	case FaultRepeatedToken:
		next = &position{}
	case FaultRepeatedRows:
		from = max(0, from-1)

		if next == nil && at.offset == 0 && total > 1 {
			to = (total + 1) / 2
			next = &position{offset: to}
		}
	case FaultEmptyPage:
		if at.offset == 0 {
			to = min(to, total/2)
			next = &position{offset: to, emptyPage: true}
		}
	}

	return from, to, next
}

func pageSize(c *call) (int, error) {
	text := c.query.Get("pageSize")
	if text == "" {
		return defaultPageSize, nil
	}

	size, err := strconv.Atoi(text)
	if err != nil || size < 0 {
		return 0, invalid("invalid pageSize %q", text)
	}

	if size == 0 {
		return defaultPageSize, nil
	}

	return min(size, maxPageSize), nil
}

// formatToken returns a token that is valid only for the same list, filter and order.
func formatToken(c *call, p position) string {
	mark := "."
	if p.emptyPage {
		mark = "~"
	}

	return tokenPrefix + listKey(c) + mark + strconv.Itoa(p.offset)
}

func parseToken(c *call, token string, total int) (position, error) {
	if token == "" {
		return position{}, nil
	}

	rest, ok := strings.CutPrefix(token, tokenPrefix+listKey(c))
	if !ok || rest == "" {
		return position{}, invalid("invalid pageToken")
	}

	offset, err := strconv.Atoi(rest[1:])

	endless := c.faultKind() == FaultEndlessPages
	if err != nil || offset < 0 || (offset > total && !endless) || !strings.ContainsRune(".~", rune(rest[0])) {
		return position{}, invalid("invalid pageToken")
	}

	return position{offset: offset, emptyPage: rest[0] == '~'}, nil
}

func listKey(c *call) string {
	h := fnv.New32a()
	for _, part := range []string{c.path, c.query.Get("filter"), c.query.Get("orderBy")} {
		_, _ = h.Write([]byte(part + "\n"))
	}

	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// orderRows sorts rows, which are sorted by name, as the request's orderBy says.
func orderRows[T any](c *call, rows []T, createTime func(T) string) error {
	byTime := func(a, b T) int { return parseTime(createTime(a)).Compare(parseTime(createTime(b))) }

	switch order := strings.Join(strings.Fields(c.query.Get("orderBy")), " "); order {
	case "", "name", "name asc":
	case "name desc":
		slices.Reverse(rows)
	case "create_time", "create_time asc":
		slices.SortStableFunc(rows, byTime)
	case "create_time desc":
		slices.SortStableFunc(rows, func(a, b T) int { return byTime(b, a) })
	default:
		return invalid("invalid orderBy %q", order)
	}

	return nil
}
