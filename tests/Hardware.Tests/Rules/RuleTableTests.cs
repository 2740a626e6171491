// hardware-rules.md, beside this file, lists every rule of every book, so that a reader can hold it against the headings of the
// manuals. It is made from the books: MANAGARM_PERF_ACCEPT=1 writes it anew, and otherwise a difference fails.

using System.Globalization;
using System.Reflection;
using System.Text;

namespace Managarm.Perf.Hardware.Tests.Rules;

public sealed class RuleTableTests
{
    [Fact]
    public void The_page_lists_the_rules_of_all_books()
    {
        string file = Path.Combine(FindRoot(), "tests", "Hardware.Tests", "Rules", "hardware-rules.md");
        string made = Write([.. Books().OrderBy(book => book.Device, StringComparer.Ordinal)]);
        if (Environment.GetEnvironmentVariable("MANAGARM_PERF_ACCEPT") == "1")
        {
            File.WriteAllText(file, made);
        }

        Assert.True(File.ReadAllText(file) == made, $"{file} is not made from the books; MANAGARM_PERF_ACCEPT=1 accepts it");
    }

    [Fact]
    public void Every_device_has_a_book() =>
        Assert.True(Books().Count() >= 10, $"{Books().Count()} books");

    private static IEnumerable<IRuleBook> Books() =>
        from type in typeof(RuleTableTests).Assembly.GetTypes()
        let value = type.GetField("Book", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(null)
            ?? type.GetProperty("Book", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)?.GetValue(null)
        where value is IRuleBook
        select (IRuleBook)value;

    private static string Write(IReadOnlyList<IRuleBook> books)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        var page = new StringBuilder();
        page.Append("# Rules of the hardware\n\n");
        page.Append("What each device does, where its manual says so, and the defect that its check catches. Each row is two ");
        page.Append("test cases: the check\npasses without the defect, and fails with it. This folder has the ");
        page.Append("books' shape, and the folder of a device its rules.\n");
        page.Append("This page is made from the books. [Back to the machine](../../../docs/hardware.md).\n\n");
        page.Append("| device | manual | rules |\n|---|---|---:|\n");
        foreach (IRuleBook book in books)
        {
            page.Append(invariant, $"| {book.Device} | {book.Manual} | {book.Rows.Count()} |\n");
        }

        foreach (IRuleBook book in books)
        {
            page.Append(invariant, $"\n## {book.Device}\n\n");
            page.Append("| rule | what it says | section | defect |\n|---|---|---|---|\n");
            foreach ((string name, string text, string section, string defect) in book.Rows)
            {
                page.Append(invariant, $"| {Cell(name)} | {Cell(text)} | {Cell(section)} | `{defect}` |\n");
            }
        }

        return page.ToString();
    }

    private static string Cell(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);

    private static string FindRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Managarm.Perf.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        Assert.NotNull(directory);
        return directory;
    }
}
