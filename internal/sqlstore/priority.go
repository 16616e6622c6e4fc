package sqlstore

// priorityExpression is priorityOf of a row of vulnerabilities v, as its index has it.
const priorityExpression = "(v.kev * 10 + CASE v.severity WHEN 'critical' THEN 5 WHEN 'high' THEN 4 WHEN '' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END)"
