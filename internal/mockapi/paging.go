package mockapi

import (
	"hash/fnv"
	"strconv"
	"strings"
)

const (
	defaultPageSize = 50
	maxPageSize     = 200

	// tokenPrefix holds what a client breaks when it puts a token into a URL without escaping it.
	tokenPrefix = "a+b/c=&d% "
)

// position is what a page token stands for: the first row of a page, and whether an empty page comes before it.
type position struct {
	offset int
	hole   bool
}

// paginate cuts the page that a call asks for out of all the rows of its list.
func paginate[T any](c *call, rows []T) (page []T, nextToken string, err error) {
	size, err := pageSize(c)
	if err != nil {
		return nil, "", err
	}

	at, err := parseToken(c, c.query.Get("pageToken"), len(rows))
	if err != nil {
		return nil, "", err
	}

	from, to, next := cut(c.faultKind(), at, size, len(rows))
	if next == nil {
		return rows[from:to], "", nil
	}

	return rows[from:to], formatToken(c, *next), nil
}

// cut finds the rows of a page and the position of the next one, as the fault in force wants it.
func cut(fault FaultKind, at position, size, total int) (from, to int, next *position) {
	if at.hole {
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
			next = &position{offset: to, hole: true}
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

// formatToken binds a token to its list and filter, as the platform does: another list refuses it.
func formatToken(c *call, p position) string {
	mark := "."
	if p.hole {
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

	return position{offset: offset, hole: rest[0] == '~'}, nil
}

func listKey(c *call) string {
	h := fnv.New32a()
	for _, part := range []string{c.path, c.query.Get("filter"), c.query.Get("orderBy")} {
		_, _ = h.Write([]byte(part + "\n"))
	}

	return strconv.FormatUint(uint64(h.Sum32()), 36)
}
