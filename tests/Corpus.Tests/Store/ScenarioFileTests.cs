// What counts as a scenario file: encodings, sizes, things that are no files. Whatever is wrong is an error with a place.

using System.Text;

namespace Managarm.Perf.Corpus.Tests;

public sealed class ScenarioFileTests
{
    private static readonly byte[] Call = Encoding.ASCII.GetBytes("A: pause()\n");

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        var file = SourceFiles.Read([0xEF, 0xBB, 0xBF, .. Call]);
        Assert.True(file.IsValid);
        Assert.True(file.HasMark);
        Assert.Equal("A: pause()\n", file.Text);
        Assert.False(SourceFiles.Read(Call).HasMark);
    }

    [Theory]
    [InlineData("x.scn:1:1: the file is UTF-16; save it as UTF-8", new byte[] { 0xFF, 0xFE, 0x41, 0 })]
    [InlineData("x.scn:1:1: the file is UTF-16; save it as UTF-8", new byte[] { 0xFE, 0xFF, 0, 0x41 })]
    [InlineData("x.scn:2:3: the byte 0xE9 is not UTF-8", new byte[] { 0x0A, 0x23, 0x20, 0xE9, 0x74 })]
    [InlineData("x.scn:1:3: the byte 0xED is not UTF-8", new byte[] { 0x23, 0x20, 0xED, 0xA0, 0x80 })]
    [InlineData("x.scn:1:4: the byte 0xF0 is not UTF-8", new byte[] { 0x23, 0xC3, 0xA9, 0x20, 0xF0, 0x9F })]
    [InlineData("x.scn:1:1: the control character U+0000, which is not allowed in comments either", new byte[] { 0 })]
    public void Bytes_that_are_no_text_are_refused_with_their_place(string error, byte[] bytes)
    {
        var file = SourceFiles.Read(bytes);
        Assert.Equal(error, Assert.Single(file.Errors).ToString());
        Assert.False(file.IsValid);
    }

    [Fact]
    public void A_file_may_be_as_long_as_the_limit_and_a_line_as_long_as_the_file()
    {
        var bytes = new byte[ScenarioParser.MaximumLength];
        bytes.AsSpan().Fill((byte)' ');
        Call.CopyTo(bytes.AsSpan(bytes.Length - Call.Length));
        Assert.True(SourceFiles.Read(bytes).IsValid);
        Assert.Equal("x.scn:1:1: the file has more than 262144 bytes", SourceFiles.Read([.. bytes, 0x0A]).Errors[0].ToString());
    }

    [Fact]
    public void What_is_no_file_is_reported_without_a_place()
    {
        var parser = new ScenarioParser();
        var directory = Path.GetTempPath();
        Assert.Equal($"{directory}: this is a directory", Assert.Single(ScenarioFile.Read(parser, directory).Errors).ToString());
        var missing = Path.Combine(directory, Guid.NewGuid().ToString("n"));
        var error = Assert.Single(ScenarioFile.Read(parser, missing).Errors);
        Assert.Equal($"{missing}: no such file", error.ToString());
        Assert.Equal(ScenarioErrorCode.Unreadable, error.Code);
    }
}
