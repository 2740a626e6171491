// Rules that need to understand C#: headers, function length, names of files and types, code that nobody uses, and the
// parts of the language that the model does without. They parse with the compiler's own parser and never bind, so that they
// need no build and judge one file, or all files at once, in milliseconds.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Pure functions from C# files to the places in them that break a rule.</summary>
public static class CSharpRules
{
    /// <summary>The longest function, in lines from its name to its closing brace.</summary>
    public const int FunctionLinesMax = 70;

    /// <summary>The longest shipping file, in lines.</summary>
    public const int FileLinesMax = 500;

    /// <summary>The shortest header comment, in characters, unless it has two sentences.</summary>
    public const int HeaderCharactersMin = 80;

    private static readonly string[] modelFolders = ["Core", "Hardware", "Servers"];
    private static readonly string[] shippingFolders = ["Bench", "Core", "Corpus", "Fuzz", "Hardware", "Results", "Servers"];

    private static readonly string[] typelessFiles = ["AssemblyInfo.cs", "GlobalUsings.cs"];
    private static readonly string[] hostTasks = ["void", "Task", "ValueTask", "System"];
    private static readonly string[] testAttributes = ["Fact", "Theory", "Property"];

    /// <summary>A file opens with a comment that says what it holds and why it is so.</summary>
    public static IEnumerable<RuleViolation> Header(SourceFile file)
    {
        if (!file.Is(".cs"))
        {
            return [];
        }

        var comment = file.Lines.TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)
            && !line.StartsWith("///", StringComparison.Ordinal));
        var text = string.Join(' ', comment.Select(line => line[2..].Trim())).Trim();
        if (text.Length == 0)
        {
            return [file.At(1, "no header comment")];
        }

        var sentences = text.Split(". ").Length;
        return text.Length >= HeaderCharactersMin || (sentences >= 2 && text.EndsWith('.'))
            ? []
            : [file.At(1, $"the header has neither two sentences nor {HeaderCharactersMin} characters")];
    }

    /// <summary>No function, accessor or local function is longer than <see cref="FunctionLinesMax"/>.</summary>
    public static IEnumerable<RuleViolation> FunctionLength(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes())
        {
            if (node is not (BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax))
            {
                continue;
            }

            var span = node.SyntaxTree.GetLineSpan(node.Span);
            var length = span.EndLinePosition.Line - FirstLineWithoutAttributes(node) + 1;
            if (length > FunctionLinesMax)
            {
                yield return At(file, node, $"a function of {length} lines, at most {FunctionLinesMax}");
            }
        }
    }

    /// <summary>No shipping file is longer than <see cref="FileLinesMax"/>, since a longer one holds more than one
    /// concept.</summary>
    public static IEnumerable<RuleViolation> FileLength(SourceFile file)
    {
        if (!file.Is(".cs") || !shippingFolders.Any(file.IsUnder))
        {
            return [];
        }

        var length = file.Text.AsSpan().Count('\n');
        return length > FileLinesMax ? [file.At(1, $"a file of {length} lines, at most {FileLinesMax}")] : [];
    }

    /// <summary>A file is named after its first type, since the main type comes before its helpers, or after what all its types
    /// are: Deletions.cs has types whose names end in Deletion.</summary>
    public static IEnumerable<RuleViolation> FileName(SourceFile file)
    {
        if (!file.Is(".cs") || typelessFiles.Contains(file.Name))
        {
            return [];
        }

        var main = MainType(file);
        if (main is null)
        {
            return [file.At(1, "the file declares no type")];
        }

        var expected = file.Name[..file.Name.IndexOf('.', StringComparison.Ordinal)];
        var isPlural = expected.EndsWith('s') && TopLevelTypes(file).All(
            type => NameOf(type).EndsWith(expected[..^1], StringComparison.Ordinal));
        return NameOf(main) == expected || isPlural ? [] : [At(file, main, $"the first type of {file.Name} is {NameOf(main)}")];
    }

    /// <summary>No two files declare a top-level type of one name, save parts of one type.</summary>
    public static IEnumerable<RuleViolation> DuplicateTypes(IReadOnlyList<SourceFile> files)
    {
        var first = new Dictionary<string, (string Space, string Path)>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var type in TopLevelTypes(file))
            {
                var name = NameOf(type) + "`" + ArityOf(type);
                var space = NamespaceOf(type);
                var isPart = type.Modifiers.Any(SyntaxKind.PartialKeyword);
                if (type.Modifiers.Any(SyntaxKind.FileKeyword) || first.TryAdd(name, (space, file.Path)))
                {
                    continue;
                }

                if (!isPart || first[name].Space != space)
                {
                    yield return At(file, type, $"type {NameOf(type)} also lives in {first[name].Path}");
                }
            }
        }
    }

    /// <summary>Every file's main type is mentioned in another file, or holds an entry point or tests.</summary>
    public static IEnumerable<RuleViolation> UnusedFiles(IReadOnlyList<SourceFile> files)
    {
        var mentions = files
            .SelectMany(file => file.Syntax.DescendantTokens().Select(token => (Token: token, file.Path)))
            .Where(mention => mention.Token.IsKind(SyntaxKind.IdentifierToken))
            .ToLookup(mention => mention.Token.ValueText, mention => mention.Path, StringComparer.Ordinal);
        foreach (var file in files)
        {
            var main = MainType(file);
            if (main is null || HoldsEntryPoint(main) || HoldsTests(main))
            {
                continue;
            }

            var users = NamesInUse(main).SelectMany(name => mentions[name]);
            if (users.All(path => path == file.Path))
            {
                yield return At(file, main, $"nothing uses {NameOf(main)}");
            }
        }
    }

    /// <summary>The model has no locks, lambdas, queries or host tasks; BannedSymbols.txt has the library's part.</summary>
    public static IEnumerable<RuleViolation> ModelLanguage(SourceFile file)
    {
        if (!modelFolders.Any(file.IsUnder))
        {
            yield break;
        }

        foreach (var node in file.Syntax.DescendantNodes())
        {
            var message = node switch
            {
                // Two operating system threads of the threaded host sleep and wake each other; nothing of the model does.
                LockStatementSyntax when file.Path != "Servers/Running/Threaded/SideSleep.cs" => "a lock",
                AnonymousFunctionExpressionSyntax => "a lambda",
                QueryExpressionSyntax => "a query",
                DestructorDeclarationSyntax => "a finalizer",
                MethodDeclarationSyntax method when IsHostTask(method.Modifiers, method.ReturnType) => "a host task",
                LocalFunctionStatementSyntax function when IsHostTask(function.Modifiers, function.ReturnType) => "a host task",
                FieldDeclarationSyntax field when field.Modifiers.Any(SyntaxKind.VolatileKeyword) => "a volatile field",
                _ => null,
            };
            if (message is not null)
            {
                yield return At(file, node, message + " in the model");
            }
        }
    }

    /// <summary>A rule is only lifted with a reason on the same line.</summary>
    public static IEnumerable<RuleViolation> SuppressionReasons(SourceFile file)
    {
        if (!file.Is(".cs"))
        {
            yield break;
        }

        for (var index = 0; index < file.Lines.Length; index++)
        {
            var line = file.Lines[index].TrimStart();
            if (line.StartsWith("#pragma warning disable", StringComparison.Ordinal)
                && !line.Contains("// ", StringComparison.Ordinal))
            {
                yield return file.At(index + 1, "a warning is lifted without a reason");
            }
        }
    }

    /// <summary>A catch block does something, or its comment says why nothing is right.</summary>
    public static IEnumerable<RuleViolation> EmptyCatches(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes())
        {
            if (node is CatchClauseSyntax { Block.Statements.Count: 0 } clause
                && !clause.Block.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)))
            {
                yield return At(file, clause, "an empty catch");
            }
        }
    }

    private static bool IsHostTask(SyntaxTokenList modifiers, TypeSyntax returnType) =>
        modifiers.Any(SyntaxKind.AsyncKeyword) && hostTasks.Contains(returnType.GetFirstToken().ValueText);

    private static RuleViolation At(SourceFile file, SyntaxNode node, string message) =>
        file.At(FirstLineWithoutAttributes(node) + 1, message);

    private static int FirstLineWithoutAttributes(SyntaxNode node)
    {
        var lists = node.ChildNodes().OfType<AttributeListSyntax>().ToArray();
        var start = lists.Length == 0 ? node.SpanStart : lists[^1].GetLastToken().GetNextToken().SpanStart;
        return node.SyntaxTree.GetText().Lines.GetLineFromPosition(start).LineNumber;
    }

    private static IEnumerable<MemberDeclarationSyntax> TopLevelTypes(SourceFile file) =>
        file.Syntax.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    private static MemberDeclarationSyntax? MainType(SourceFile file) => TopLevelTypes(file).FirstOrDefault();

    private static string NameOf(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax declaration => declaration.Identifier.ValueText,
        DelegateDeclarationSyntax declaration => declaration.Identifier.ValueText,
        _ => throw new ArgumentException("not a type", nameof(type)),
    };

    private static int ArityOf(MemberDeclarationSyntax type) =>
        type.ChildNodes().OfType<TypeParameterListSyntax>().Sum(list => list.Parameters.Count);

    private static string NamespaceOf(SyntaxNode type)
    {
        var spaces = type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse();
        return string.Join('.', spaces.Select(space => space.Name.ToString()));
    }

    private static bool HoldsEntryPoint(SyntaxNode type) =>
        type.ChildNodes().OfType<MethodDeclarationSyntax>().Any(method => method.Identifier.ValueText == "Main"
            && method.Modifiers.Any(SyntaxKind.StaticKeyword));

    private static bool HoldsTests(SyntaxNode type) =>
        type.DescendantNodes().OfType<AttributeSyntax>().Any(attribute => IsTestAttribute(attribute.Name.ToString()));

    private static bool IsTestAttribute(string name) =>
        testAttributes.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));

    // Extension methods are called without a mention of their class, attributes without their ending.
    private static IEnumerable<string> NamesInUse(MemberDeclarationSyntax type)
    {
        const string attributeEnding = "Attribute";
        var name = NameOf(type);
        yield return name;
        if (name.EndsWith(attributeEnding, StringComparison.Ordinal))
        {
            yield return name[..^attributeEnding.Length];
        }

        foreach (var method in type.DescendantNodes().OfType<MethodDeclarationSyntax>())
        {
            if (method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Any(SyntaxKind.ThisKeyword)))
            {
                yield return method.Identifier.ValueText;
            }
        }
    }
}
