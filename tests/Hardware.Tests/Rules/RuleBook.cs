// The rules of one device: what its manual demands, where, and the check that shows it. Every rule names a defect of the model, a
// mutation of one line behind a switch; the check must pass without the defect and fail with it, so no check is there that could
// not fail. hardware-rules.md prints the books, which is how coverage can be held against the headings of the manuals.

using System.Collections;

namespace Managarm.Perf.Hardware.Tests.Rules;

/// <summary>The rules of one device.</summary>
/// <typeparam name="TDefect">Defects of its model; zero is none.</typeparam>
internal sealed class RuleBook<TDefect>(string device, string manual) : IRuleBook, IEnumerable<Rule<TDefect>>
    where TDefect : struct, Enum
{
    private readonly List<Rule<TDefect>> rules = [];

    public string Device { get; } = device;

    public string Manual { get; } = manual;

    public IEnumerable<(string Name, string Text, string Section, string Fault)> Rows =>
        rules.Select(rule => (rule.Name, rule.Text, rule.Section, rule.Defect.ToString()));

    /// <summary>Names of the rules, as data of a theory.</summary>
    internal IEnumerable<TheoryDataRow<string>> Names => rules.Select(rule => new TheoryDataRow<string>(rule.Name));

    /// <summary>Adds a rule.</summary>
    /// <param name="name">Short and unique in the book.</param>
    /// <param name="text">The rule in one sentence.</param>
    /// <param name="section">Section of the manual.</param>
    /// <param name="defect">The defect that breaks it.</param>
    /// <param name="check">Fails where the rule is broken; it builds what it needs with the defect that it is given.</param>
    internal void Add(string name, string text, string section, TDefect defect, Action<TDefect> check)
    {
        Assert.DoesNotContain(rules, rule => rule.Name == name);
        rules.Add(new(name, text, section, defect, check));
    }

    /// <summary>Fails when the rule does not hold.</summary>
    internal void Check(string name) => Find(name).Check(default);

    /// <summary>Fails when the rule's defect is not noticed.</summary>
    internal void CheckWithDefect(string name)
    {
        Rule<TDefect> rule = Find(name);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => rule.Check(rule.Defect));
    }

    /// <summary>Fails when a defect of the model belongs to no rule.</summary>
    internal void CheckDefectsAreUsed() => Assert.Equal(
        Enum.GetValues<TDefect>().Where(defect => !defect.Equals(default(TDefect))).Order(),
        rules.Select(rule => rule.Defect).Distinct().Order());

    public IEnumerator<Rule<TDefect>> GetEnumerator() => rules.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Rule<TDefect> Find(string name) => rules.Single(rule => rule.Name == name);
}
